using Edge.Mqtt.Sessions;

namespace Edge.Mqtt.Features.Bridge;

/// <summary>What waits here for the other broker, its bounds, and for how long they are good.</summary>
internal sealed class BridgeBacklog(BridgeOptions settings, BridgeCounters counters, Func<Session?> session)
{
    // A minute weighs a fifth: a burst is seen, and the figure does not jump.
    private const double Weight = 0.2;

    private readonly QueueLimits _limits = new(settings.MaxMessages, settings.MaxMegabytes * 1024L * 1024);
    private (long Messages, long Bytes) _last;
    private (double Messages, double Bytes)? _perHour;
    private long _tooOld;

    public int Messages => session()?.QueuedMessages ?? 0;

    public long Bytes => session()?.QueuedBytes ?? 0;

    /// <summary>Messages that found no room, or waited too long.</summary>
    public long Dropped => _limits.Dropped + Interlocked.Read(ref _tooOld);

    /// <summary>The hours for which there is room at the present rate, from empty; <see cref="BridgeOptions.KeepHours"/> where that ends first.</summary>
    public double HoldsHours
    {
        get
        {
            if (_perHour is not { } rate) return settings.KeepHours;

            var byMessages = rate.Messages > 0 ? _limits.Messages / rate.Messages : double.PositiveInfinity;
            var byBytes = rate.Bytes > 0 ? _limits.Bytes / rate.Bytes : double.PositiveInfinity;
            return Math.Min(settings.KeepHours, Math.Min(byMessages, byBytes));
        }
    }

    /// <summary>Puts the bounds on the session, which may be another one than last time, in place of the broker's: it waits for as long as it takes.</summary>
    public void Bound()
    {
        if (session() is not { } bounded) return;

        bounded.Limit(_limits);
        bounded.ExpirySeconds = uint.MaxValue;
    }

    /// <summary>Drops what has waited for more than <see cref="BridgeOptions.KeepHours"/>.</summary>
    public void DropOld(DateTimeOffset now)
    {
        if (session()?.DropQueuedBefore(now - TimeSpan.FromHours(settings.KeepHours)) is { } dropped) Interlocked.Add(ref _tooOld, dropped);
    }

    /// <summary>Looks how much has come since the last look.</summary>
    public void Measure(TimeSpan since)
    {
        var total = (Messages: counters.Out + Messages + Dropped, Bytes: counters.OutBytes + Bytes);
        var now = (Math.Max(0, total.Messages - _last.Messages) / since.TotalHours, Math.Max(0, total.Bytes - _last.Bytes) / since.TotalHours);
        _perHour = _perHour is { } before ? (Mix(before.Messages, now.Item1), Mix(before.Bytes, now.Item2)) : now;
        _last = total;
    }

    private static double Mix(double before, double now) => before + (Weight * (now - before));
}
