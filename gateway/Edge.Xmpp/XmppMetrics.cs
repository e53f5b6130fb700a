using System.Diagnostics.Metrics;

using Edge.Xmpp.Routing;

namespace Edge.Xmpp;

/// <summary>What the server counts, in the meter <c>Edge.Xmpp</c>. What is counted per stanza is counted by its session, and added up when somebody reads.</summary>
public sealed class XmppMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Edge.Xmpp";

    private readonly Lock _lock = new();
    private readonly HashSet<BoundResource> _present = [];
    private readonly SessionTraffic _past = new();
    private readonly Counter<long> _logins;
    private readonly Counter<long> _registrations;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _overflows;
    private readonly Counter<long> _resumptions;
    private readonly Counter<long> _reports;

    /// <summary>Makes the instruments.</summary>
    public XmppMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        meter.CreateObservableUpDownCounter("edge.xmpp.sessions", Sessions, "{session}", "Bound resources, by whether they are connected or wait for their clients.");
        meter.CreateObservableCounter("edge.xmpp.stanzas", Stanzas, "{stanza}", "Stanzas of clients and to clients, by kind.");
        meter.CreateObservableCounter("edge.xmpp.stanza.bytes", Bytes, "By", "Bytes of those stanzas.");
        _logins = meter.CreateCounter<long>("edge.xmpp.logins", "{login}", "Log-ins, by mechanism and outcome.");
        _registrations = meter.CreateCounter<long>("edge.xmpp.registrations", "{registration}", "Accounts that clients made for themselves, or tried to, by outcome.");
        _refused = meter.CreateCounter<long>("edge.xmpp.refused", "{request}", "What clients were refused: connection, resource, rate.");
        _overflows = meter.CreateCounter<long>("edge.xmpp.outbox.overflows", "{session}", "Sessions that ended because their clients read too slowly.");
        _reports = meter.CreateCounter<long>("edge.xmpp.reports", "{report}", "Reports that came with a block (XEP-0377), by reason.");
        _resumptions = meter.CreateCounter<long>("edge.xmpp.resumptions", "{request}", "Resumptions (XEP-0198), by outcome.");
    }

    /// <summary>Stanzas that clients sent, of all sessions that there were.</summary>
    public long StanzasReceived => Sum(t => t.In.Stanzas);

    /// <summary>Stanzas that went to clients.</summary>
    public long StanzasSent => Sum(t => t.Out.Stanzas);

    internal void Joined(BoundResource resource)
    {
        lock (_lock) _present.Add(resource);
    }

    internal void Left(BoundResource resource)
    {
        lock (_lock)
        {
            if (!_present.Remove(resource)) return;
            _past.In.Add(resource.Traffic.In);
            _past.Out.Add(resource.Traffic.Out);
        }
    }

    /// <summary>Somebody signed in.</summary>
    internal void LoggedIn(string mechanism) => CountLogin(mechanism, "ok");

    /// <summary>Somebody tried to.</summary>
    internal void LoginFailed(string mechanism) => CountLogin(mechanism, "failed");

    /// <summary>Somebody made an account, or tried to.</summary>
    internal void Registered(string outcome) => _registrations.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    internal void Refused(string what) => _refused.Add(1, new KeyValuePair<string, object?>("request", what));

    internal void Overflowed() => _overflows.Add(1);

    internal void Reported(string reason) => _reports.Add(1, new KeyValuePair<string, object?>("reason", reason));

    internal void Resumed(string outcome) => _resumptions.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    private void CountLogin(string mechanism, string outcome) => _logins.Add(1, new("mechanism", mechanism), new("outcome", outcome));

    private long Sum(Func<SessionTraffic, long> figure)
    {
        lock (_lock) return figure(_past) + _present.Sum(r => figure(r.Traffic));
    }

    private IEnumerable<Measurement<long>> Sessions()
    {
        long all, connected;
        lock (_lock) (all, connected) = (_present.Count, _present.Count(r => r.IsConnected));
        return [new(connected, new KeyValuePair<string, object?>("state", "connected")), new(all - connected, new KeyValuePair<string, object?>("state", "waiting"))];
    }

    private IEnumerable<Measurement<long>> Stanzas() =>
    [
        .. Directions().SelectMany(d => new Measurement<long>[]
        {
            new(Sum(t => d.Of(t).Messages), new("direction", d.Name), new("kind", "message")),
            new(Sum(t => d.Of(t).Presences), new("direction", d.Name), new("kind", "presence")),
            new(Sum(t => d.Of(t).Iqs), new("direction", d.Name), new("kind", "iq")),
        }),
    ];

    private IEnumerable<Measurement<long>> Bytes() =>
        [.. Directions().Select(d => new Measurement<long>(Sum(t => d.Of(t).Bytes), new KeyValuePair<string, object?>("direction", d.Name)))];

    private static (string Name, Func<SessionTraffic, TrafficCounts> Of)[] Directions() => [("in", t => t.In), ("out", t => t.Out)];
}
