using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>Counts sessions without a token: how many there are, and how many were begun in this minute, from one node and from all.
/// Such a session proves nothing about who it is, so that everything about it is scarce.</summary>
internal sealed class BootstrapAdmission(IOptions<NodeProtocolOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly HashSet<IMqttSession> _open = []; // never more than maxBootstrapSessions, and those under way to it
    private readonly Dictionary<string, int> _begunBy = new(StringComparer.Ordinal); // never more entries than bootstrapsPerMinute
    private DateTimeOffset _minuteBegan = DateTimeOffset.MinValue;
    private int _begun;

    /// <summary>May this node begin a session now? Counts it where it may.</summary>
    /// <returns>Null, or why not: a line for the log with the setting's key.</returns>
    public string? Admit(string nodeId)
    {
        var limits = options.Value;
        lock (_lock)
        {
            BeginMinute();
            var begunByNode = _begunBy.GetValueOrDefault(nodeId);
            if (_open.Count >= limits.MaxBootstrapSessions) return Refused("maxBootstrapSessions", limits.MaxBootstrapSessions);
            if (_begun >= limits.BootstrapsPerMinute) return Refused("bootstrapsPerMinute", limits.BootstrapsPerMinute);
            if (begunByNode >= limits.BootstrapsPerNodePerMinute) return Refused("bootstrapsPerNodePerMinute", limits.BootstrapsPerNodePerMinute);

            _begun++;
            _begunBy[nodeId] = begunByNode + 1;
            return null;
        }
    }

    /// <summary>The session was begun.</summary>
    public void Opened(IMqttSession session)
    {
        lock (_lock) _open.Add(session);
    }

    /// <summary>The session ended. One whose begin another feature broke off was never counted, and takes nobody else's place away.</summary>
    public void Closed(IMqttSession session)
    {
        lock (_lock) _open.Remove(session);
    }

    private void BeginMinute()
    {
        var now = clock.GetUtcNow();
        if (now >= _minuteBegan && now - _minuteBegan < Minute) return; // a clock that was set back begins a new one, too

        _minuteBegan = now;
        _begun = 0;
        _begunBy.Clear();
    }

    private static string Refused(string key, int limit) =>
        $"Too many nodes without a token: {NodeProtocolOptions.Section}:{key} is {limit}; raise it where these nodes are yours.";
}
