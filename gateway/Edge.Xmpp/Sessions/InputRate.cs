using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Sessions;

/// <summary>
/// Holds one session to its rates: each stanza and each byte costs time, a burst may be owed, and whoever owes more is read less of until it is paid.
/// Its reader alone uses it.
/// </summary>
internal sealed class InputRate(RateLimits limits, TimeProvider clock)
{
    // Shorter pauses are saved up: a timer each would cost more than the stanza.
    private readonly long _leastPause = clock.TimestampFrequency / 100;
    private readonly Debt _stanzas = new(clock.TimestampFrequency, limits.StanzasPerSecond, limits.BurstStanzas);
    private readonly Debt _bytes = new(clock.TimestampFrequency, limits.BytesPerSecond, limits.BurstBytes);
    private long? _overSince;

    /// <summary>The client did not slow down: this is why its session ends.</summary>
    public bool IsOverrun { get; private set; }

    /// <summary>Bytes came.</summary>
    public void Received(long bytes) => _bytes.Add(bytes, clock.GetTimestamp());

    /// <summary>A whole stanza, or an element in its place, was taken.</summary>
    public void Taken() => _stanzas.Add(1, clock.GetTimestamp());

    /// <summary>Waits as long as the rate asks for; not at all while it holds.</summary>
    /// <exception cref="XmppStreamException">The client does not slow down.</exception>
    public ValueTask PauseAsync(CancellationToken cancel)
    {
        var now = clock.GetTimestamp();
        var wait = Math.Max(_stanzas.Over(now), _bytes.Over(now));
        if (wait < _leastPause)
        {
            if (_stanzas.IsCalm(now) && _bytes.IsCalm(now)) _overSince = null;
            return ValueTask.CompletedTask;
        }

        _overSince ??= now;
        if (limits.OverrunSeconds > 0 && clock.GetElapsedTime(_overSince.Value, now).TotalSeconds >= limits.OverrunSeconds) throw Overrun();
        return new(Task.Delay(clock.GetElapsedTime(now, now + wait), clock, cancel));
    }

    private XmppStreamException Overrun()
    {
        IsOverrun = true;
        return XmppStreamException.Policy(
            $"More than {limits.StanzasPerSecond} stanzas or {limits.BytesPerSecond} bytes a second for {limits.OverrunSeconds} s "
            + "(xmpp:rates:stanzasPerSecond, bytesPerSecond, overrunSeconds).");
    }

    /// <summary>A leaky bucket, as the time at which everything is paid.</summary>
    private sealed class Debt(long frequency, int rate, int burst)
    {
        private readonly double _cost = (double)frequency / rate;
        private readonly long _credit = (long)((double)frequency / rate * burst);
        private double _paidAt;

        public void Add(long count, long now) => _paidAt = Math.Max(_paidAt, now) + (count * _cost);

        public long Over(long now) => (long)(_paidAt - now) - _credit;

        /// <summary>Half of the burst is free again.</summary>
        public bool IsCalm(long now) => _paidAt - now < _credit / 2;
    }
}
