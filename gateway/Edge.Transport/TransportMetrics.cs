using System.Diagnostics.Metrics;

namespace Edge.Transport;

/// <summary>What all protocol servers count, in the meter <c>Edge.Transport</c>, each with the tag <c>protocol</c>.</summary>
public sealed class TransportMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Edge.Transport";

    private readonly UpDownCounter<long> _active;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _refused;

    /// <summary>Makes the instruments.</summary>
    public TransportMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _active = meter.CreateUpDownCounter<long>("edge.connections.active", "{connection}", "Connections that are open.");
        _ended = meter.CreateCounter<long>("edge.connections.ended", "{connection}", "Connections that ended, by reason.");
        _refused = meter.CreateCounter<long>("edge.connections.refused", "{connection}", "Connections that were not taken in.");
    }

    internal void Opened(string protocol) => _active.Add(1, new KeyValuePair<string, object?>("protocol", protocol));

    internal void Refused(string protocol) => _refused.Add(1, new KeyValuePair<string, object?>("protocol", protocol));

    internal void Ended(string protocol, EndReason reason)
    {
        _active.Add(-1, new KeyValuePair<string, object?>("protocol", protocol));
        _ended.Add(1, new("protocol", protocol), new("reason", reason.ToString()));
    }
}
