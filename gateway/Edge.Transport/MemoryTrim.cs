using Microsoft.Extensions.Hosting;

namespace Edge.Transport;

/// <summary>
/// Gives memory back after a burst. The collector waits for the next allocation before it looks again, and that may be tomorrow: what a thousand clients
/// left behind when they connected would stay resident. When nothing much happens any more, a full collection takes it away; nobody is kept waiting then.
/// </summary>
internal sealed class MemoryTrim : IHostedService, IHeartbeatHandler
{
    // 5,000 connections take 25 MiB to collect and 40 ms; a beat with less than this in it leaves time for that.
    private const long QuietBytes = 64 * 1024;
    private const int QuietBeats = 3;

    // Less than this is not worth a collection.
    private const long WorthBytes = 4 * 1024 * 1024;

    private readonly Heartbeat _heartbeat;
    private readonly Func<long> _allocated;
    private readonly Action _collect;
    private long _last;
    private long _atLastTrim;
    private int _quiet;

    public MemoryTrim(Heartbeat heartbeat)
        : this(heartbeat, static () => GC.GetTotalAllocatedBytes(), static () => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true))
    {
    }

    internal MemoryTrim(Heartbeat heartbeat, Func<long> allocated, Action collect) => (_heartbeat, _allocated, _collect) = (heartbeat, allocated, collect);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _heartbeat.Add(this);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _heartbeat.Remove(this);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void OnHeartbeat(long timestamp, DateTimeOffset now)
    {
        var allocated = _allocated();
        _quiet = allocated - _last < QuietBytes ? _quiet + 1 : 0;
        _last = allocated;
        if (_quiet < QuietBeats || allocated - _atLastTrim < WorthBytes) return;

        _collect();
        _atLastTrim = allocated;
    }
}
