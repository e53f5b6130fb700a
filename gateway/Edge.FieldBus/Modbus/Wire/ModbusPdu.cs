using System.Buffers.Binary;

namespace Edge.FieldBus.Modbus.Wire;

/// <summary>Builds requests and takes answers apart; pure.</summary>
internal static class ModbusPdu
{
    /// <summary>Reads <paramref name="count"/> bits or registers from <paramref name="address"/> on.</summary>
    public static byte[] Read(ModbusTable table, ushort address, int count)
    {
        var most = table.IsBits() ? ModbusCodes.MaxBits : ModbusCodes.MaxRegisters;
        Check(address, count, most);
        return Five(table.ReadFunction(), address, (ushort)count);
    }

    /// <summary>Sets one coil.</summary>
    public static byte[] WriteCoil(ushort address, bool value) => Five(ModbusFunction.WriteSingleCoil, address, value ? (ushort)0xFF00 : (ushort)0);

    /// <summary>Sets one holding register.</summary>
    public static byte[] WriteRegister(ushort address, ushort value) => Five(ModbusFunction.WriteSingleRegister, address, value);

    /// <summary>Sets coils from <paramref name="address"/> on.</summary>
    public static byte[] WriteCoils(ushort address, ReadOnlySpan<bool> values)
    {
        Check(address, values.Length, ModbusCodes.MaxWrittenBits);
        var pdu = Many(ModbusFunction.WriteMultipleCoils, address, values.Length, (values.Length + 7) / 8);
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i]) pdu[6 + i / 8] |= (byte)(1 << (i % 8));
        }

        return pdu;
    }

    /// <summary>Sets holding registers from <paramref name="address"/> on; two bytes each, high byte first.</summary>
    public static byte[] WriteRegisters(ushort address, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length % 2 != 0) throw new ArgumentException("A register has two bytes.", nameof(bytes));
        Check(address, bytes.Length / 2, ModbusCodes.MaxWrittenRegisters);
        var pdu = Many(ModbusFunction.WriteMultipleRegisters, address, bytes.Length / 2, bytes.Length);
        bytes.CopyTo(pdu.AsSpan(6));
        return pdu;
    }

    /// <summary>
    /// Takes the answer to <paramref name="request"/> apart. True with the read bytes (nothing for a write); or with the exception code of a
    /// refusal. False where the answer does not belong to the request.
    /// </summary>
    public static bool TryParseAnswer(ReadOnlySpan<byte> request, ReadOnlyMemory<byte> answer, out ModbusException refusal, out ReadOnlyMemory<byte> data)
    {
        refusal = ModbusException.None;
        data = default;
        var bytes = answer.Span;
        if (bytes.Length == 2 && bytes[0] == (request[0] | ModbusCodes.ExceptionFlag))
        {
            refusal = (ModbusException)bytes[1];
            return refusal != ModbusException.None;
        }

        if (bytes.Length == 0 || bytes[0] != request[0]) return false;

        var function = (ModbusFunction)request[0];
        if (!function.IsRead()) return IsEcho(request, bytes);

        var count = BinaryPrimitives.ReadUInt16BigEndian(request[3..]);
        var expected = function <= ModbusFunction.ReadDiscreteInputs ? (count + 7) / 8 : count * 2;
        if (bytes.Length != expected + 2 || bytes[1] != expected) return false;

        data = answer[2..];
        return true;
    }

    /// <summary>Single writes are repeated whole, multiple ones by address and count.</summary>
    private static bool IsEcho(ReadOnlySpan<byte> request, ReadOnlySpan<byte> answer) => answer.Length == 5 && answer.SequenceEqual(request[..5]);

    private static byte[] Five(ModbusFunction function, ushort address, ushort value)
    {
        var pdu = new byte[5];
        pdu[0] = (byte)function;
        BinaryPrimitives.WriteUInt16BigEndian(pdu.AsSpan(1), address);
        BinaryPrimitives.WriteUInt16BigEndian(pdu.AsSpan(3), value);
        return pdu;
    }

    private static byte[] Many(ModbusFunction function, ushort address, int count, int bytes)
    {
        var pdu = new byte[6 + bytes];
        Five(function, address, (ushort)count).CopyTo(pdu, 0);
        pdu[5] = (byte)bytes;
        return pdu;
    }

    private static void Check(ushort address, int count, int most)
    {
        if (count < 1 || count > most || address + count > 0x10000)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"1 to {most}, and not beyond address 65535.");
    }
}
