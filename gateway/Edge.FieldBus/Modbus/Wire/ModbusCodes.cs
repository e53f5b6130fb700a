namespace Edge.FieldBus.Modbus.Wire;

/// <summary>The function codes that this master uses (MODBUS Application Protocol 1.1b3, §6).</summary>
internal enum ModbusFunction : byte
{
    ReadCoils = 1,
    ReadDiscreteInputs = 2,
    ReadHoldingRegisters = 3,
    ReadInputRegisters = 4,
    WriteSingleCoil = 5,
    WriteSingleRegister = 6,
    WriteMultipleCoils = 15,
    WriteMultipleRegisters = 16,
}

/// <summary>Why a device refuses a request (MODBUS Application Protocol 1.1b3, §7).</summary>
internal enum ModbusException : byte
{
    None = 0,
    IllegalFunction = 1,
    IllegalDataAddress = 2,
    IllegalDataValue = 3,
    ServerDeviceFailure = 4,
    Acknowledge = 5,
    ServerDeviceBusy = 6,
    MemoryParityError = 8,
    GatewayPathUnavailable = 10,
    GatewayTargetFailedToRespond = 11,
}

/// <summary>The four tables of a device (MODBUS Application Protocol 1.1b3, §4.3).</summary>
internal enum ModbusTable
{
    Coil,
    DiscreteInput,
    Input,
    Holding,
}

internal static class ModbusCodes
{
    /// <summary>Set in the function code of a refusal.</summary>
    public const byte ExceptionFlag = 0x80;

    /// <summary>Most bits in one read (§6.1).</summary>
    public const int MaxBits = 2000;

    /// <summary>Most registers in one read (§6.3).</summary>
    public const int MaxRegisters = 125;

    /// <summary>Most registers in one write (§6.12).</summary>
    public const int MaxWrittenRegisters = 123;

    /// <summary>Most bits in one write (§6.11).</summary>
    public const int MaxWrittenBits = 1968;

    /// <summary>True where the table holds bits, not registers.</summary>
    public static bool IsBits(this ModbusTable table) => table is ModbusTable.Coil or ModbusTable.DiscreteInput;

    /// <summary>The function that reads a table.</summary>
    public static ModbusFunction ReadFunction(this ModbusTable table) => table switch
    {
        ModbusTable.Coil => ModbusFunction.ReadCoils,
        ModbusTable.DiscreteInput => ModbusFunction.ReadDiscreteInputs,
        ModbusTable.Input => ModbusFunction.ReadInputRegisters,
        _ => ModbusFunction.ReadHoldingRegisters,
    };

    /// <summary>True where repeating the request changes nothing.</summary>
    public static bool IsRead(this ModbusFunction function) => function <= ModbusFunction.ReadInputRegisters;

    /// <summary>The refusal in words.</summary>
    public static string Say(this ModbusException code) => code switch
    {
        ModbusException.IllegalFunction => "The device does not know this function (exception 1).",
        ModbusException.IllegalDataAddress => "The device has no such address (exception 2).",
        ModbusException.IllegalDataValue => "The device refuses this value or length (exception 3).",
        ModbusException.ServerDeviceFailure => "The device reports a failure (exception 4).",
        ModbusException.Acknowledge => "The device needs longer for this (exception 5).",
        ModbusException.ServerDeviceBusy => "The device is busy (exception 6).",
        ModbusException.MemoryParityError => "The device reports a memory error (exception 8).",
        ModbusException.GatewayPathUnavailable => "The Modbus gateway has no path to the device (exception 10).",
        ModbusException.GatewayTargetFailedToRespond => "The device does not answer its Modbus gateway (exception 11).",
        _ => $"The device refuses with exception {(byte)code}.",
    };
}
