using Microsoft.Extensions.Options;

namespace Edge.Transport.Sockets;

/// <summary>How sockets are served (section <c>transport</c>).</summary>
public sealed class SocketOptions
{
    /// <summary>Threads that wait for sockets, 1 to 64. One serves tens of thousands of messages a second and never waits for another; more help
    /// only where it is busy all the time and there are cores to spare.</summary>
    public int Loops { get; set; } = 1;

    /// <summary>Connections that may wait to be accepted, 1 to 65535. 512 takes a whole site that comes back after a power cut; the kernel's own limit
    /// (net.core.somaxconn) may be lower.</summary>
    public int Backlog { get; set; } = 512;

    /// <summary>How long a connection that we close may take to read what it was sent, in seconds, 0 to 30. Two are enough for a slow link, and few enough
    /// that closing connections do not pile up.</summary>
    public int LingerSeconds { get; set; } = 2;
}

/// <summary>Checks the section <c>transport</c>.</summary>
internal sealed class SocketOptionsValidator : IValidateOptions<SocketOptions>
{
    public ValidateOptionsResult Validate(string? name, SocketOptions options)
    {
        var errors = new List<string>();
        if (options.Loops is < 1 or > 64) errors.Add($"transport:loops is {options.Loops}: give 1 to 64.");
        if (options.Backlog is < 1 or > 65535) errors.Add($"transport:backlog is {options.Backlog}: give 1 to 65535.");
        if (options.LingerSeconds is < 0 or > 30) errors.Add($"transport:lingerSeconds is {options.LingerSeconds}: give 0 to 30.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
