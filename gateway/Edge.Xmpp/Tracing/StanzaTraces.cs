using System.Collections.Concurrent;
using System.Globalization;

using Edge.Transport;
using Edge.Xmpp.Routing;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Tracing;

/// <summary>The traces that run, and the sessions that they attend.</summary>
internal sealed partial class StanzaTraces : IStanzaTraces, IHeartbeatHandler, IAsyncDisposable
{
    private readonly Lock _starting = new();
    private readonly ConcurrentDictionary<string, TraceFile> _traces = new(StringComparer.Ordinal);
    private readonly SessionTable _sessions;
    private readonly TraceOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<StanzaTraces> _logger;

    public StanzaTraces(SessionTable sessions, IOptions<TraceOptions> options, TimeProvider clock, Heartbeat heartbeat, ILogger<StanzaTraces> logger)
    {
        (_sessions, _options, _clock, _logger) = (sessions, options.Value, clock, logger);
        heartbeat.Add(this);
    }

    public TraceStart Start(string account, int minutes, string folder)
    {
        var now = _clock.GetUtcNow();
        lock (_starting) return Start(account, minutes, folder, now);
    }

    private TraceStart Start(string account, int minutes, string folder, DateTimeOffset now)
    {
        if (minutes < 1 || minutes > _options.MaxMinutes) return Refuse($"Give 1 to {_options.MaxMinutes} minutes (xmpp:trace:maxMinutes).");
        if (_traces.ContainsKey(account)) return Refuse($"{account} is traced already: stop that trace first.");
        if (_traces.Count >= _options.MaxTraces) return Refuse($"{_options.MaxTraces} accounts are traced already (xmpp:trace:maxTraces): stop one of them.");

        try
        {
            Directory.CreateDirectory(folder);
            // The name is the time's: an account's name may hold what a file's cannot.
            var path = Path.Combine(folder, now.ToString("'trace-'yyyyMMdd-HHmmss-fff'.txt'", CultureInfo.InvariantCulture));
            var trace = new TraceFile(path, now.AddMinutes(minutes), _options, _clock);
            _traces[account] = trace;
            LogStarted(account, path, trace.Until);
            foreach (var resource in _sessions.Of(account)) Attend(resource);
            return new(path, trace.Until, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refuse($"The trace cannot be written: {e.Message}");
        }
    }

    public bool Stop(string account)
    {
        if (!_traces.TryRemove(account, out var trace)) return false;

        foreach (var resource in _sessions.Of(account))
        {
            if (resource.Link is { } link) link.Trace = null;
        }

        trace.Complete();
        LogStopped(account, trace.Path);
        return true;
    }

    /// <summary>A client has a connection: what passes there is written down where its account is traced.</summary>
    public void Attend(BoundResource resource)
    {
        if (_traces.IsEmpty || !_traces.TryGetValue(resource.Jid.Local, out var trace) || resource.Link is not { } link) return;

        link.Trace = trace;
        trace.Connected($"{resource.Jid} from {link.Facts.Address}");
    }

    public void OnHeartbeat(long timestamp, DateTimeOffset now)
    {
        foreach (var (account, trace) in _traces)
        {
            if (now >= trace.Until) Stop(account);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (account, trace) in _traces)
        {
            Stop(account);
            await trace.Written.ConfigureAwait(false);
        }
    }

    private TraceStart Refuse(string fault) => new(null, _clock.GetUtcNow(), fault);

    [LoggerMessage(EventId = 3020, Level = LogLevel.Warning, Message = "What {Account} sends and gets is written to {File} until {Until:u}, without secrets")]
    private partial void LogStarted(string account, string file, DateTimeOffset until);

    [LoggerMessage(EventId = 3021, Level = LogLevel.Information, Message = "{Account} is traced no more; {File} is complete")]
    private partial void LogStopped(string account, string file);
}
