namespace Edge.Mqtt.Client;

/// <summary>The client's half of keep-alive: pings when it has said nothing for a while, and gives up when nothing comes back (MQTT 3.1.1 §3.1.2.10).</summary>
internal sealed class KeepAlivePing(TimeProvider clock, Action ping, Action<Exception> giveUp) : IDisposable
{
    private readonly Lock _lock = new();
    private ITimer? _timer;
    private bool _disposed;
    private TimeSpan _interval;
    private long _sent;
    private long _heard;

    /// <param name="interval">The keep-alive that holds; zero for none.</param>
    public void Start(TimeSpan interval)
    {
        if (interval == TimeSpan.Zero) return;

        _interval = interval;
        Sent();
        Heard();
        // Looked at four times per interval, so that a ping leaves well within it.
        var period = _interval / 4;
        lock (_lock)
        {
            if (!_disposed) _timer = clock.CreateTimer(static state => ((KeepAlivePing)state!).Look(), this, period, period);
        }
    }

    public void Sent() => Volatile.Write(ref _sent, clock.GetTimestamp());

    public void Heard() => Volatile.Write(ref _heard, clock.GetTimestamp());

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _timer?.Dispose();
        }
    }

    private void Look()
    {
        if (clock.GetElapsedTime(Volatile.Read(ref _heard)) >= _interval * 1.5)
            giveUp(new IOException($"Nothing from the server for {_interval.TotalSeconds * 1.5} s."));
        else if (clock.GetElapsedTime(Math.Min(Volatile.Read(ref _sent), Volatile.Read(ref _heard))) >= _interval / 2)
            ping();
    }
}
