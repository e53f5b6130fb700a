using System.Collections.Concurrent;

using Microsoft.Extensions.Logging;

namespace Edge.Transport;

/// <summary>Something with deadlines: a connection, a limiter.</summary>
public interface IHeartbeatHandler
{
    /// <summary>About once a second, on the timer's thread: fast, without I/O. Compare <paramref name="timestamp"/> for spans (a Pi's wall clock
    /// jumps when it first hears of the time), <paramref name="now"/> for dates.</summary>
    void OnHeartbeat(long timestamp, DateTimeOffset now);
}

/// <summary>One timer for all connections of the process, instead of one each.</summary>
public sealed partial class Heartbeat : IDisposable
{
    /// <summary>How often it beats: deadlines are kept to the second.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<IHeartbeatHandler, bool> _handlers = new(ReferenceEqualityComparer.Instance);
    private readonly TimeProvider _clock;
    private readonly ILogger<Heartbeat> _logger;
    private readonly ITimer _timer;
    private int _beating;

    /// <summary>Starts to beat.</summary>
    public Heartbeat(TimeProvider clock, ILogger<Heartbeat> logger)
    {
        _clock = clock;
        _logger = logger;
        _timer = clock.CreateTimer(static state => ((Heartbeat)state!).Beat(), this, Interval, Interval);
    }

    /// <summary>How many handlers are registered.</summary>
    public int Count => _handlers.Count;

    /// <summary>Calls <paramref name="handler"/> from now on, until <see cref="Remove"/>. Adding one twice is no error.</summary>
    public void Add(IHeartbeatHandler handler) => _handlers.TryAdd(handler, true);

    /// <summary>Calls it no more; a beat that is under way may still reach it.</summary>
    public void Remove(IHeartbeatHandler handler) => _handlers.TryRemove(handler, out _);

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Beat()
    {
        // A beat that takes longer than the interval must not pile up.
        if (Interlocked.Exchange(ref _beating, 1) == 1) return;

        try
        {
            var (timestamp, now) = (_clock.GetTimestamp(), _clock.GetUtcNow());
            foreach (var (handler, _) in _handlers) Call(handler, timestamp, now);
        }
        finally
        {
            Volatile.Write(ref _beating, 0);
        }
    }

    private void Call(IHeartbeatHandler handler, long timestamp, DateTimeOffset now)
    {
        try
        {
            handler.OnHeartbeat(timestamp, now);
        }
        catch (Exception e) // one faulty handler must not stop the deadlines of all others
        {
            LogHandlerFailed(e, handler.GetType().Name);
        }
    }

    [LoggerMessage(EventId = 1200, Level = LogLevel.Error, Message = "The heartbeat of a {Handler} failed")]
    private partial void LogHandlerFailed(Exception e, string handler);
}
