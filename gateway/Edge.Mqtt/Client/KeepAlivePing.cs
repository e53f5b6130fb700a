namespace Edge.Mqtt.Client;

/// <summary>The client's half of keep-alive: pings when it has said nothing for a while, and gives up when nothing comes back (MQTT 3.1.1 §3.1.2.10).</summary>
internal sealed class KeepAlivePing(MqttClientOptions options, Func<bool> ping, Action<Exception> giveUp) : IDisposable
{
    private readonly TimeSpan _interval = TimeSpan.FromSeconds(options.KeepAliveSeconds);
    private readonly Lock _lock = new();
    private ITimer? _timer;
    private bool _disposed;
    private long _sent;
    private long _heard;

    public void Start()
    {
        if (_interval == TimeSpan.Zero) return;

        Sent();
        Heard();
        // Looked at four times per interval, so that a ping leaves well within it.
        var period = _interval / 4;
        lock (_lock)
        {
            if (!_disposed) _timer = options.Clock.CreateTimer(static state => ((KeepAlivePing)state!).Look(), this, period, period);
        }
    }

    public void Sent() => Volatile.Write(ref _sent, options.Clock.GetTimestamp());

    public void Heard() => Volatile.Write(ref _heard, options.Clock.GetTimestamp());

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
        if (options.Clock.GetElapsedTime(Volatile.Read(ref _heard)) >= _interval * 1.5)
            giveUp(new IOException($"Nothing from the server for {_interval.TotalSeconds * 1.5} s."));
        else if (options.Clock.GetElapsedTime(Math.Min(Volatile.Read(ref _sent), Volatile.Read(ref _heard))) >= _interval / 2)
            ping();
    }
}
