using System.Globalization;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules;

/// <summary>Collects what is wrong in a section, each with its key and the remedy, so that all of it is told at once.</summary>
internal sealed class OptionsCheck(string section)
{
    private readonly List<string> _errors = [];

    /// <summary>What was found.</summary>
    public ValidateOptionsResult Result => _errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(_errors);

    /// <summary>Wants a whole number in a range.</summary>
    public void Range(string key, int value, int min, int max)
    {
        if (value < min || value > max)
            _errors.Add(string.Create(CultureInfo.InvariantCulture, $"{section}:{key} is {value}: give {min} to {max}."));
    }
}
