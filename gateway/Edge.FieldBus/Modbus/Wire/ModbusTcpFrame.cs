using System.Buffers;
using System.Buffers.Binary;

namespace Edge.FieldBus.Modbus.Wire;

/// <summary>A Modbus TCP frame: the 7-byte MBAP header, then a function code with its data (MODBUS Messaging on TCP/IP 1.0b, §3.1.3).</summary>
internal readonly record struct ModbusTcpFrame(ushort Transaction, byte Unit, ReadOnlySequence<byte> Pdu)
{
    /// <summary>Transaction, protocol, length and unit.</summary>
    public const int HeaderLength = 7;

    /// <summary>Longest function code with data (MODBUS Application Protocol 1.1b3, §4.1).</summary>
    public const int MaxPduLength = 253;

    /// <summary>Takes one frame off the front of <paramref name="buffer"/>; leaves it untouched until the frame is whole.</summary>
    /// <exception cref="ModbusProtocolException">The peer does not speak Modbus TCP.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, out ModbusTcpFrame frame)
    {
        frame = default;
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryReadBigEndian(out short transaction) || !reader.TryReadBigEndian(out short protocol)
            || !reader.TryReadBigEndian(out short length) || !reader.TryRead(out byte unit))
            return false;

        if (protocol != 0) throw new ModbusProtocolException($"Protocol identifier {(ushort)protocol} is not Modbus.");

        var pduLength = (ushort)length - 1; // the length field counts the unit byte too
        if (pduLength is < 1 or > MaxPduLength) throw new ModbusProtocolException($"A PDU of {pduLength} bytes is out of range.");
        if (reader.Remaining < pduLength) return false;

        frame = new((ushort)transaction, unit, buffer.Slice(HeaderLength, pduLength));
        buffer = buffer.Slice(HeaderLength + pduLength);
        return true;
    }

    /// <summary>The bytes of a frame.</summary>
    public static byte[] Write(ushort transaction, byte unit, ReadOnlySpan<byte> pdu)
    {
        if (pdu.Length is 0 or > MaxPduLength) throw new ArgumentException($"A PDU has 1 to {MaxPduLength} bytes.", nameof(pdu));

        var frame = new byte[HeaderLength + pdu.Length];
        BinaryPrimitives.WriteUInt16BigEndian(frame, transaction);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(4), (ushort)(pdu.Length + 1));
        frame[6] = unit;
        pdu.CopyTo(frame.AsSpan(HeaderLength));
        return frame;
    }
}

/// <summary>The peer does not speak Modbus TCP; the connection cannot go on.</summary>
internal sealed class ModbusProtocolException(string message) : Exception(message);
