using System.Buffers.Binary;
using System.Text;

using Edge.FieldBus.Modbus.Wire;
using Edge.Things.Readings;

namespace Edge.FieldBus.Modbus.Points;

/// <summary>Makes the request that writes a value; pure. The value has the kind that the point declares.</summary>
internal static class PointEncoder
{
    /// <summary>The request, or null with the reason where the value does not fit.</summary>
    public static byte[]? Encode(ModbusParameter parameter, FieldValue value, out string? why)
    {
        var point = parameter.Point;
        why = OutOfRange(point, value);
        if (why is not null) return null;

        if (point.Table == ModbusTable.Coil)
            return parameter.WritesMultiple ? ModbusPdu.WriteCoils(point.Address, [value.AsBoolean]) : ModbusPdu.WriteCoil(point.Address, value.AsBoolean);

        var bytes = new byte[point.Count * 2];
        if (!TryWrite(point, value, bytes))
        {
            why = $"{value} does not fit {point.Name}.";
            return null;
        }

        PointOrder.Apply(bytes, point.Swap);
        return point.Count == 1 && !parameter.WritesMultiple
            ? ModbusPdu.WriteRegister(point.Address, BinaryPrimitives.ReadUInt16BigEndian(bytes))
            : ModbusPdu.WriteRegisters(point.Address, bytes);
    }

    private static string? OutOfRange(ModbusPoint point, FieldValue value)
    {
        if (value.Kind is not (ValueKind.Number or ValueKind.Integer)) return null;
        if (point.Min is { } min && !(value.AsNumber >= min)) return FormattableString.Invariant($"{point.Name} takes {min} or more.");
        if (point.Max is { } max && !(value.AsNumber <= max)) return FormattableString.Invariant($"{point.Name} takes {max} or less.");
        return null;
    }

    private static bool TryWrite(ModbusPoint point, FieldValue value, Span<byte> bytes)
    {
        if (point.Type == DataType.Bool) return Put(value.AsBoolean ? UInt128.One : UInt128.Zero, bytes);
        if (point.Type == DataType.String) return Encoding.UTF8.TryGetBytes(value.ToString(), bytes, out _);

        // Whole numbers beyond 2^53 would lose their last digits as a double.
        if (!point.IsScaled && value.Kind == ValueKind.Integer && point.Type is not (DataType.Float32 or DataType.Float64))
            return TryWriteWhole(point.Type, Int128.Parse(value.ToString(), System.Globalization.CultureInfo.InvariantCulture), bytes);

        var raw = (value.AsNumber - point.Offset) / point.Scale;
        if (point.Type == DataType.Float64) return TryWriteDouble(raw, bytes);
        if (point.Type == DataType.Float32) return TryWriteSingle((float)raw, bytes);

        raw = Math.Round(raw, MidpointRounding.AwayFromZero);
        return double.IsFinite(raw) && Math.Abs(raw) < 1e30 && TryWriteWhole(point.Type, (Int128)raw, bytes);
    }

    private static bool TryWriteWhole(DataType type, Int128 raw, Span<byte> bytes)
    {
        var (min, max) = type switch
        {
            DataType.Int16 => ((Int128)short.MinValue, (Int128)short.MaxValue),
            DataType.UInt16 => (0, ushort.MaxValue),
            DataType.Int32 => (int.MinValue, int.MaxValue),
            DataType.UInt32 => (0, uint.MaxValue),
            DataType.Int64 => (long.MinValue, long.MaxValue),
            _ => (0, ulong.MaxValue),
        };
        return raw >= min && raw <= max && Put((UInt128)raw, bytes);
    }

    private static bool TryWriteDouble(double value, Span<byte> bytes) =>
        double.IsFinite(value) && BinaryPrimitives.TryWriteDoubleBigEndian(bytes, value);

    private static bool TryWriteSingle(float value, Span<byte> bytes) =>
        float.IsFinite(value) && BinaryPrimitives.TryWriteSingleBigEndian(bytes, value);

    private static bool Put(UInt128 value, Span<byte> bytes)
    {
        for (var i = bytes.Length - 1; i >= 0; i--, value >>= 8) bytes[i] = (byte)value;
        return true;
    }
}
