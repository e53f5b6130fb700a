using System.Runtime.InteropServices;

using Edge.Protocol;
using Edge.Things.Nodes;
using Edge.Things.Readings;

namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>Readings out of a node's SenML (RFC 8428). Only fields that the node has declared are taken: the gateway keeps the last reading
/// of each, so that a node must not make up names for ever.</summary>
internal static class NodeReadings
{
    private const double FirstAbsoluteTime = 1 << 28; // RFC 8428 §4.5.3

    /// <summary>The readings of a <c>telemetry</c> message; null where it is no pack, or has more than <paramref name="max"/> records.</summary>
    public static IReadOnlyList<Reading>? Read(ReadOnlyMemory<byte> payload, NodeDescription description, DateTimeOffset now, int max)
    {
        var bytes = MemoryMarshal.TryGetArray(payload, out var segment) ? segment : payload.ToArray();
        return Read(SenMLPack.Parse(bytes.Array, bytes.Offset, bytes.Count), description, now, max);
    }

    /// <summary>The readings of a <c>fields</c> message; null likewise.</summary>
    public static IReadOnlyList<Reading>? Read(JsonObject body, NodeDescription description, DateTimeOffset now, int max) =>
        Read(SenMLPack.FromArray(body.GetArray(MessageKeys.SenML)), description, now, max);

    private static List<Reading>? Read(SenMLPack? pack, NodeDescription description, DateTimeOffset now, int max)
    {
        if (pack is null || pack.Count > max) return null;

        var readings = new List<Reading>(pack.Count);
        for (var i = 0; i < pack.Count; i++)
        {
            var record = pack.Get(i);
            if (description.Fields.FirstOrDefault(f => f.Name == record.Name) is { } field)
                readings.Add(ToReading(record, field, description, now));
        }

        return readings;
    }

    private static Reading ToReading(SenMLRecord record, FieldDefinition field, NodeDescription description, DateTimeOffset now)
    {
        var value = ValueOf(record, field.Kind);
        return new(field.Name, value, TimeOf(record, now), value is null ? Quality.Error : Quality.AutomaticReadout)
        {
            Unit = record.Unit ?? field.Unit,
            Categories = field.Categories,
            Text = value is null ? "The node sent a value of another type." : null,
            IsWritable = description.Parameters.Any(p => p.Name == field.Name),
        };
    }

    private static FieldValue? ValueOf(SenMLRecord record, ValueKind kind) => (kind, record.Kind) switch
    {
        (ValueKind.Boolean, SenMLKind.Boolean) => FieldValue.Boolean(record.Boolean),
        (ValueKind.Text, SenMLKind.Text) => FieldValue.Text(record.Text),
        (ValueKind.Integer, SenMLKind.Number) when double.IsInteger(record.Number) && Math.Abs(record.Number) <= long.MaxValue / 2 =>
            FieldValue.Integer((long)record.Number),
        (ValueKind.Number, SenMLKind.Number) when double.IsFinite(record.Number) => FieldValue.Number(record.Number, record.Decimals),
        _ => null,
    };

    // A node whose clock is ahead, or was never set, must not hide later readings behind one from the future.
    private static DateTimeOffset TimeOf(SenMLRecord record, DateTimeOffset now)
    {
        if (!double.IsFinite(record.Time) || Math.Abs(record.Time) > now.ToUnixTimeSeconds()) return now;

        var time = record.Time >= FirstAbsoluteTime ? DateTimeOffset.UnixEpoch.AddSeconds(record.Time) : now.AddSeconds(record.Time);
        return time < now && time > DateTimeOffset.UnixEpoch ? time : now;
    }
}
