using System.Buffers.Binary;
using System.Text;

using Edge.FieldBus.Modbus.Wire;
using Edge.Things.Readings;

namespace Edge.FieldBus.Modbus.Points;

/// <summary>Makes values of registers and bits; pure. What is not a value comes out as an error reading, never as a number.</summary>
internal static class PointDecoder
{
    /// <summary>Decodes a point of a block that began at <paramref name="blockAddress"/>.</summary>
    public static Reading Decode(ModbusPoint point, int blockAddress, ReadOnlySpan<byte> block, DateTimeOffset at)
    {
        var first = point.Address - blockAddress;
        if (point.Table.IsBits()) return Value(point, FieldValue.Boolean((block[first / 8] >> (first % 8) & 1) != 0), at);

        Span<byte> bytes = stackalloc byte[ModbusCodes.MaxRegisters * 2];
        bytes = bytes[..(point.Count * 2)];
        block.Slice(first * 2, bytes.Length).CopyTo(bytes);
        PointOrder.Apply(bytes, point.Swap);

        return point.Type switch
        {
            DataType.String => Text(point, bytes, at),
            DataType.Bool => Value(point, FieldValue.Boolean(Flag(BinaryPrimitives.ReadUInt16BigEndian(bytes), point.Bit)), at),
            DataType.Float32 => Number(point, BinaryPrimitives.ReadSingleBigEndian(bytes), at),
            DataType.Float64 => Number(point, BinaryPrimitives.ReadDoubleBigEndian(bytes), at),
            _ => Integer(point, bytes, at),
        };
    }

    /// <summary>A reading without a value.</summary>
    public static Reading Error(ModbusPoint point, DateTimeOffset at, string text) =>
        new(point.Name, null, at, Quality.Error) { Unit = point.Unit, Categories = point.Category, Text = text };

    private static Reading Integer(ModbusPoint point, ReadOnlySpan<byte> bytes, DateTimeOffset at)
    {
        Int128 raw = point.Type switch
        {
            DataType.Int16 => BinaryPrimitives.ReadInt16BigEndian(bytes),
            DataType.UInt16 => BinaryPrimitives.ReadUInt16BigEndian(bytes),
            DataType.Int32 => BinaryPrimitives.ReadInt32BigEndian(bytes),
            DataType.UInt32 => BinaryPrimitives.ReadUInt32BigEndian(bytes),
            DataType.Int64 => BinaryPrimitives.ReadInt64BigEndian(bytes),
            _ => BinaryPrimitives.ReadUInt64BigEndian(bytes),
        };
        if (point.IsScaled) return Number(point, (double)raw, at);
        return raw > long.MaxValue
            ? Error(point, at, $"{raw} is more than a whole number can hold here; give the point a scale.")
            : Range(point, Value(point, FieldValue.Integer((long)raw), at), (double)raw);
    }

    private static Reading Number(ModbusPoint point, double raw, DateTimeOffset at)
    {
        var value = raw * point.Scale + point.Offset;
        if (!double.IsFinite(value)) return Error(point, at, "The device gave no number (NaN or infinity).");
        if (point.Decimals is >= 0 and <= 15) value = Math.Round(value, point.Decimals, MidpointRounding.AwayFromZero);
        return Range(point, Value(point, FieldValue.Number(value, point.Decimals), at), value);
    }

    private static Reading Text(ModbusPoint point, ReadOnlySpan<byte> bytes, DateTimeOffset at)
    {
        var end = bytes.IndexOf((byte)0); // devices pad with zeros or spaces
        if (end >= 0) bytes = bytes[..end];
        var text = Encoding.UTF8.GetString(bytes).TrimEnd();
        return text.Any(c => char.IsControl(c) || c == '\uFFFD')
            ? Error(point, at, "The device gave bytes that are no text; is the swap right?")
            : Value(point, FieldValue.Text(text), at);
    }

    private static bool Flag(ushort register, int? bit) => bit is { } number ? (register >> number & 1) != 0 : register != 0;

    private static Reading Range(ModbusPoint point, Reading reading, double value) => (point.Min, point.Max) switch
    {
        ({ } min, _) when value < min => reading with { Quality = reading.Quality | Quality.Warning, Text = FormattableString.Invariant($"Below {min}.") },
        (_, { } max) when value > max => reading with { Quality = reading.Quality | Quality.Warning, Text = FormattableString.Invariant($"Above {max}.") },
        _ => reading,
    };

    private static Reading Value(ModbusPoint point, FieldValue value, DateTimeOffset at) =>
        new(point.Name, value, at) { Unit = point.Unit, Categories = point.Category };
}

/// <summary>Brings bytes from the device's order to that of Modbus, or back: it is the same.</summary>
internal static class PointOrder
{
    public static void Apply(Span<byte> bytes, Swap swap)
    {
        if (swap is Swap.Byte or Swap.WordByte)
        {
            for (var i = 0; i + 1 < bytes.Length; i += 2) (bytes[i], bytes[i + 1]) = (bytes[i + 1], bytes[i]);
        }

        if (swap is not (Swap.Word or Swap.WordByte)) return;

        for (int low = 0, high = bytes.Length - 2; low < high; low += 2, high -= 2)
        {
            (bytes[low], bytes[high]) = (bytes[high], bytes[low]);
            (bytes[low + 1], bytes[high + 1]) = (bytes[high + 1], bytes[low + 1]);
        }
    }
}
