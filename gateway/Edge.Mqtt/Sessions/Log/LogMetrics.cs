using System.Diagnostics.Metrics;

using Edge.Mqtt.Features;
using Edge.Storage.Log;

namespace Edge.Mqtt.Sessions.Log;

/// <summary>Shows what the log takes of the disk, and how much it writes: SD cards wear out by that.</summary>
internal sealed class LogMetrics : IMqttFigures
{
    private readonly MessageLog _log;

    /// <summary>Makes the instruments.</summary>
    public LogMetrics(MessageLog log, IMeterFactory meters)
    {
        _log = log;
        var meter = meters.Create(MqttMetrics.MeterName);
        meter.CreateObservableGauge("edge.mqtt.log.size", () => Now.Bytes, "By", "Bytes in use in the files of sessions and messages.");
        meter.CreateObservableCounter("edge.mqtt.log.written", () => Now.BytesWritten, "By", "Bytes written to them, copies out of old files included.");
        meter.CreateObservableCounter("edge.mqtt.log.flushes", () => Now.Flushes, "{flush}", "Times that the disk was waited for.");
    }

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, long>> Figures =>
    [
        new("log/bytes", Now.Bytes),
        new("log/bytes/needed", Now.LiveBytes),
        new("log/bytes/written", Now.BytesWritten),
        new("log/flushes", Now.Flushes),
    ];

    private LogFigures Now => _log.Figures;
}
