using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Edge.Gateway.Hosting;

/// <summary>
/// Tells systemd that the service is ready or stopping, and beats its watchdog (sd_notify(3), sd_watchdog_enabled(3)). Does nothing where
/// systemd is not the parent. The beat runs on the same thread pool as the servers: when that starves, the beat stops and systemd restarts us.
/// </summary>
internal sealed class SystemdNotifier(IHostApplicationLifetime lifetime, TimeProvider clock) : BackgroundService
{
    private readonly string? _socket = Environment.GetEnvironmentVariable("NOTIFY_SOCKET");

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (string.IsNullOrEmpty(_socket)) return;

        using var started = lifetime.ApplicationStarted.Register(() => Send("READY=1"));
        using var stopping = lifetime.ApplicationStopping.Register(() => Send("STOPPING=1"));
        if (BeatInterval() is not { } interval)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        using var timer = new PeriodicTimer(interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken)) Send("WATCHDOG=1");
    }

    /// <summary>Half of what systemd allows (its own advice), or null where the watchdog is off.</summary>
    private static TimeSpan? BeatInterval() =>
        long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0
            ? TimeSpan.FromMicroseconds(microseconds / 2.0)
            : null;

    private void Send(string state)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        // A leading @ names an abstract socket, whose first byte is zero.
        var path = _socket![0] == '@' ? "\0" + _socket[1..] : _socket;
        socket.SendTo(Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(path));
    }
}
