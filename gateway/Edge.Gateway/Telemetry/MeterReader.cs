using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

using Microsoft.Extensions.Options;

namespace Edge.Gateway.Telemetry;

/// <summary>One line of an instrument: what was counted under one set of tags.</summary>
internal sealed class MetricSeries(string labels)
{
    private readonly Lock _lock = new();
    private double _value;
    private long _count;

    /// <summary>The tags as the text format writes them, <c>{a="b"}</c>; empty for none.</summary>
    public string Labels { get; } = labels;

    /// <summary>The sum or the last value, and how many measurements made it.</summary>
    public (double Value, long Count) Read()
    {
        lock (_lock) return (_value, _count);
    }

    /// <summary>Takes a measurement in.</summary>
    public void Record(double value, bool isAbsolute)
    {
        lock (_lock)
        {
            _value = isAbsolute ? value : _value + value;
            _count++;
        }
    }
}

/// <summary>
/// Collects what the parts of this gateway (meters <c>Edge.*</c>) and the runtime count. Whatever is counted per message is observed: it costs nothing until
/// somebody reads.
/// </summary>
internal sealed class MeterReader : IDisposable
{
    private const string Ours = "Edge.";
    private const string Runtime = "System.Runtime";

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, ConcurrentDictionary<string, MetricSeries>> _instruments = new();
    private readonly Lock _reading = new();
    private readonly int _maxSeries;

    public MeterReader(IMeterFactory meters, IOptions<MetricsOptions> options)
    {
        _maxSeries = options.Value.MaxSeries;
        if (!options.Value.Enabled) return;

        // The scope tells the meters of this host from those of another in the same process.
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            var isOurs = instrument.Meter.Name.StartsWith(Ours, StringComparison.Ordinal) && ReferenceEquals(instrument.Meter.Scope, meters);
            if (isOurs || instrument.Meter.Name == Runtime) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<byte>((i, value, tags, _) => Record(i, value, tags));
        _listener.SetMeasurementEventCallback<short>((i, value, tags, _) => Record(i, value, tags));
        _listener.SetMeasurementEventCallback<int>((i, value, tags, _) => Record(i, value, tags));
        _listener.SetMeasurementEventCallback<long>((i, value, tags, _) => Record(i, value, tags));
        _listener.SetMeasurementEventCallback<float>((i, value, tags, _) => Record(i, value, tags));
        _listener.SetMeasurementEventCallback<double>((i, value, tags, _) => Record(i, value, tags));
        _listener.Start();
    }

    /// <summary>Asks everything that is observed, and gives every instrument with its lines, in the order of their names.</summary>
    public IReadOnlyList<(Instrument Instrument, IReadOnlyList<MetricSeries> Series)> Read()
    {
        lock (_reading) _listener.RecordObservableInstruments();
        // ToArray of the dictionaries themselves: LINQ's own counts first and copies then, and others add meanwhile.
        return [.. _instruments.ToArray().OrderBy(i => i.Key.Name, StringComparer.Ordinal)
            .Select(i => (i.Key, (IReadOnlyList<MetricSeries>)[.. i.Value.ToArray().Select(s => s.Value).OrderBy(s => s.Labels, StringComparer.Ordinal)]))];
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var all = _instruments.GetOrAdd(instrument, static _ => new(StringComparer.Ordinal));
        var labels = PrometheusText.Labels(tags);
        if (!all.TryGetValue(labels, out var series))
        {
            if (all.Count >= _maxSeries) return;
            series = all.GetOrAdd(labels, static text => new(text));
        }

        series.Record(value, isAbsolute: instrument.IsObservable || PrometheusText.IsGauge(instrument));
    }
}
