namespace Edge.Gateway.Commands;

/// <summary>What the process returns.</summary>
internal static class ExitCode
{
    /// <summary>Everything held.</summary>
    public const int Ok = 0;

    /// <summary>Something failed while running.</summary>
    public const int Failed = 1;

    /// <summary>The configuration or the command line cannot be used.</summary>
    public const int WrongConfiguration = 2;
}
