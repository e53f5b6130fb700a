using Edge.Mqtt;
using Edge.Mqtt.Sessions.Log;
using Edge.Storage;
using Edge.Storage.Log;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Edge.Benchmarks.Log;

/// <summary>As a broker does it: a message is logged for one session, then noted as done when it is durable; so many at a time.</summary>
internal sealed class LogLoad(string folder, int inFlight) : IAsyncDisposable
{
    private readonly MessageLog _log = new(
        new StorageFolder(folder), Options.Create(new LogOptions()), TimeProvider.System, NullLogger<MessageLog>.Instance);

    private readonly MqttMessage _message = new("pairs/00/data", new byte[64], MqttQoS.AtLeastOnce);
    private long _durable;
    private volatile bool _isStopping;
    private int _running;

    /// <summary>Messages that are durable so far.</summary>
    public long Durable => Volatile.Read(ref _durable);

    public LogFigures Figures => _log.Figures;

    public Task<LogState> OpenAsync() => _log.OpenAsync().AsTask();

    public void Start()
    {
        _running = inFlight;
        for (var i = 0; i < inFlight; i++) new Pair(this, i + 1).Send();
    }

    public async ValueTask DisposeAsync()
    {
        _isStopping = true;
        SpinWait.SpinUntil(() => Volatile.Read(ref _running) == 0);
        await _log.DisposeAsync();
    }

    private sealed class Pair(LogLoad load, int session) : ILogWaiter
    {
        private long _sequence;

        public void Send()
        {
            var group = load._log.Rent();
            var id = group.AddMessage(load._message, "pairs/00/data"u8, [], 0);
            group.AddQueued(id, session, ++_sequence, (ushort)_sequence, MqttQoS.AtLeastOnce, retain: false, []);
            load._log.Post(group, this);
        }

        public void OnCommitted(Exception? error)
        {
            if (error is not null) throw error;

            load._durable++;
            var group = load._log.Rent();
            group.AddDone(session, _sequence);
            load._log.Post(group, null);
            if (load._isStopping) Interlocked.Decrement(ref load._running);
            else Send();
        }
    }
}
