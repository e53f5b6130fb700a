using System.Diagnostics.Metrics;

using Edge.Xmpp;

namespace Edge.Tests.Xmpp;

/// <summary>What a host has counted.</summary>
internal sealed class Figures : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly List<(string Name, string[] Tags, long Value)> _counted = [];
    private readonly List<(string Name, string[] Tags, long Value)> _observed = [];

    public Figures(XmppHost host)
    {
        host.Get<XmppMetrics>();
        var meters = host.Get<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == XmppMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, meters)) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var list = instrument.IsObservable ? _observed : _counted;
            lock (_counted) list.Add((instrument.Name, [.. tags.ToArray().Select(t => (string)t.Value!)], value));
        });
        _listener.Start();
    }

    public long Read(string name, params string[] tags)
    {
        lock (_counted) _observed.Clear();
        _listener.RecordObservableInstruments();
        lock (_counted) return _counted.Concat(_observed).Where(m => m.Name == name && tags.All(m.Tags.Contains)).Sum(m => m.Value);
    }

    public void Dispose() => _listener.Dispose();
}
