using Microsoft.Extensions.Options;

namespace Edge.Transport;

/// <summary>Collects all that is wrong with the options of one section of a protocol server, each with its key and the remedy, so that all of it is told at once.</summary>
/// <param name="section">The section, such as <c>mqtt:retained</c>.</param>
public sealed class OptionErrors(string section)
{
    private readonly List<string> _errors = [];

    /// <summary>What a validator answers.</summary>
    public ValidateOptionsResult Result => _errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(_errors);

    /// <summary>Adds errors, which name their keys themselves.</summary>
    public OptionErrors Add(params IEnumerable<string> errors)
    {
        _errors.AddRange(errors);
        return this;
    }

    /// <summary>An error where the value is not within the range.</summary>
    public OptionErrors Range(string key, long value, long least, long most)
    {
        if (value < least || value > most) _errors.Add($"{section}:{key} is {value}: give {least} to {most}.");
        return this;
    }
}
