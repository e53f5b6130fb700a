namespace Edge.Gateway.Configuration;

/// <summary>The configuration cannot be used; <see cref="Errors"/> are all its faults, each with the key and the remedy.</summary>
internal sealed class ConfigurationException(IReadOnlyList<string> errors) : Exception(string.Join('\n', errors))
{
    /// <summary>One line for each fault.</summary>
    public IReadOnlyList<string> Errors { get; } = errors;
}
