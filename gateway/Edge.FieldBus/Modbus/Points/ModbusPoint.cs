using Edge.FieldBus.Modbus.Wire;
using Edge.Things.Nodes;
using Edge.Things.Readings;

namespace Edge.FieldBus.Modbus.Points;

/// <summary>How the registers of a point make a value.</summary>
internal enum DataType
{
    Bool,
    Int16,
    UInt16,
    Int32,
    UInt32,
    Int64,
    UInt64,
    Float32,
    Float64,
    String,
}

/// <summary>What a device does with the order that Modbus prescribes (high byte first, high word first): nothing, swaps the two bytes of
/// each register, reverses the registers, or both.</summary>
internal enum Swap
{
    None,
    Byte,
    Word,
    WordByte,
}

/// <summary>A place in a device with its meaning: what is read for a field, or written for a parameter.</summary>
internal sealed record ModbusPoint(string Name, ModbusTable Table, ushort Address, DataType Type)
{
    /// <summary>Registers or bits it takes.</summary>
    public int Count { get; init; } = RegistersOf(Type);

    /// <summary>The order of bytes and words.</summary>
    public Swap Swap { get; init; }

    /// <summary>For a bool in a register: which bit, 0 the lowest; null where any bit counts.</summary>
    public int? Bit { get; init; }

    /// <summary>value = raw × scale + offset.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>See <see cref="Scale"/>.</summary>
    public double Offset { get; init; }

    /// <summary>Decimals that mean something; -1 where all do.</summary>
    public int Decimals { get; init; } = -1;

    /// <summary>The unit on the wire; null for none.</summary>
    public string? Unit { get; init; }

    /// <summary>Below this a reading is doubtful, and a value to write is refused.</summary>
    public double? Min { get; init; }

    /// <summary>Above this likewise.</summary>
    public double? Max { get; init; }

    /// <summary>How often it is read; null as often as its node.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>What kind of value it is.</summary>
    public FieldCategories Category { get; init; } = FieldCategories.Momentary;

    /// <summary>The first address behind it.</summary>
    public int End => Address + Count;

    /// <summary>The kind of value that people see.</summary>
    public ValueKind Kind => Type switch
    {
        DataType.Bool => ValueKind.Boolean,
        DataType.String => ValueKind.Text,
        DataType.Float32 or DataType.Float64 => ValueKind.Number,
        _ => IsScaled ? ValueKind.Number : ValueKind.Integer,
    };

    /// <summary>True where the raw value is not the value.</summary>
    public bool IsScaled => Scale is not 1 || Offset is not 0 || Decimals > 0;

    /// <summary>As others see it.</summary>
    public FieldDefinition Field => new(Name, Kind, Unit, Category);

    /// <summary>Registers that a type takes; a text says its own.</summary>
    public static int RegistersOf(DataType type) => type switch
    {
        DataType.Int32 or DataType.UInt32 or DataType.Float32 => 2,
        DataType.Int64 or DataType.UInt64 or DataType.Float64 => 4,
        _ => 1,
    };
}

/// <summary>A parameter: a point that is written.</summary>
internal sealed record ModbusParameter(ModbusPoint Point)
{
    /// <summary>Writes by function 15 or 16 even where 5 or 6 would do; some devices know only these.</summary>
    public bool WritesMultiple { get; init; }

    /// <summary>Reads back what was written, and says so where the device has silently kept the old value.</summary>
    public bool IsVerified { get; init; } = true;

    /// <summary>What it does, for people.</summary>
    public string? Description { get; init; }

    /// <summary>As others see it.</summary>
    public ParameterDefinition Definition => new(Point.Name, Point.Kind) { Description = Description };
}
