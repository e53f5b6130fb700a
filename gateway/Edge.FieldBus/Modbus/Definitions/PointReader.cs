using System.Globalization;

using Edge.FieldBus.Modbus.Points;
using Edge.FieldBus.Modbus.Wire;
using Edge.Things.Readings;

namespace Edge.FieldBus.Modbus.Definitions;

/// <summary>Reads the entries of <c>fields</c> and <c>parameters</c>.</summary>
internal static class PointReader
{
    private static readonly Dictionary<string, ModbusTable> Tables = new()
    {
        ["coil"] = ModbusTable.Coil,
        ["discrete_input"] = ModbusTable.DiscreteInput,
        ["input"] = ModbusTable.Input,
        ["holding"] = ModbusTable.Holding,
    };

    private static readonly Dictionary<string, (ModbusTable Table, bool Multiple)> Writes = new()
    {
        ["coil"] = (ModbusTable.Coil, false),
        ["coils"] = (ModbusTable.Coil, true),
        ["holding"] = (ModbusTable.Holding, false),
        ["holdings"] = (ModbusTable.Holding, true),
    };

    private static readonly Dictionary<string, DataType> Types = Enum.GetValues<DataType>().ToDictionary(t => t.ToString().ToLowerInvariant());

    private static readonly Dictionary<string, Swap> Swaps = new()
    {
        ["none"] = Swap.None,
        ["byte"] = Swap.Byte,
        ["word"] = Swap.Word,
        ["word_byte"] = Swap.WordByte,
    };

    private static readonly Dictionary<string, FieldCategories> Categories = new()
    {
        ["momentary"] = FieldCategories.Momentary,
        ["peak"] = FieldCategories.Peak,
        ["status"] = FieldCategories.Status,
        ["computed"] = FieldCategories.Computed,
        ["identity"] = FieldCategories.Identity,
    };

    // Of Home Assistant's entries; they mean nothing here, and pasting an entry shall just work.
    private static readonly string[] Ignored = ["unique_id", "device_class", "state_class", "lazy_error_count"];

    /// <summary>A field, or null where the entry is wrong.</summary>
    public static ModbusPoint? Field(YamlMap map)
    {
        var point = Point(map, map.Choice("input_type", Tables));
        if (point is not null)
        {
            point = point with
            {
                Category = map.Choice("category", Categories) ?? FieldCategories.Momentary,
                Interval = map.Seconds("scan_interval", 0.1, 86_400),
                Bit = map.Whole("bit", 0, 15),
            };
            if (point.Bit is not null && (point.Type != DataType.Bool || point.Table.IsBits()))
                map.Errors.Add(map.Node, "bit picks one of a register: give data_type: bool and an input_type of input or holding.");
        }

        map.RefuseOthers(Ignored);
        return point;
    }

    /// <summary>A parameter, or null where the entry is wrong.</summary>
    public static ModbusParameter? Parameter(YamlMap map)
    {
        var write = map.Choice("write_type", Writes);
        var point = Point(map, write?.Table);
        ModbusParameter? parameter = null;
        if (point is not null)
        {
            if (point.Table is not (ModbusTable.Coil or ModbusTable.Holding))
                map.Errors.Add(map.Node, $"{point.Name} cannot be written: only coils and holding registers can.");
            if (point.Count > ModbusCodes.MaxWrittenRegisters)
                map.Errors.Add(map.Node, $"{point.Name} takes {point.Count} registers: at most {ModbusCodes.MaxWrittenRegisters} can be written at once.");
            parameter = new(point)
            {
                WritesMultiple = write?.Multiple ?? false,
                IsVerified = map.Flag("verify") ?? true,
                Description = map.Text("description", maxLength: 256),
            };
        }

        map.RefuseOthers(Ignored);
        return parameter;
    }

    private static ModbusPoint? Point(YamlMap map, ModbusTable? table)
    {
        var name = map.Text("name", isRequired: true, maxLength: 64);
        var place = Place(map, table);
        var type = map.Choice("data_type", Types);
        var count = map.Whole("count", 1, ModbusCodes.MaxRegisters);
        var scale = map.Number("scale") ?? 1;
        var offset = map.Number("offset") ?? 0;
        var precision = map.Whole("precision", 0, 15);
        var (swap, unit) = (map.Choice("swap", Swaps) ?? Swap.None, map.Text("unit_of_measurement", maxLength: 16));
        var (min, max) = (map.Number(map.AnyOf("min_value", "min")), map.Number(map.AnyOf("max_value", "max")));
        if (scale == 0) map.Errors.Add(map.Node, "scale is 0: every value would be the same.");
        if (min > max) map.Errors.Add(map.Node, "min_value is more than max_value.");
        if (name is null || place is not { } at) return null;

        var kind = at.Table.IsBits() ? DataType.Bool : type ?? DataType.Int16;
        if (at.Table.IsBits() && type is not (null or DataType.Bool)) map.Errors.Add(map.Node, "A coil or discrete input is a bool: leave data_type out.");
        if (kind == DataType.String && count is null) map.Errors.Add(map.Node, "A string needs count, the number of its registers.");
        if (kind != DataType.String && count is not null && count != ModbusPoint.RegistersOf(kind))
            map.Errors.Add(map.Node, $"count is {count}, but {kind.ToString().ToLowerInvariant()} takes {ModbusPoint.RegistersOf(kind)}: leave count out.");

        var point = new ModbusPoint(name, at.Table, at.Address, kind)
        {
            Swap = swap,
            Scale = scale,
            Offset = offset,
            Decimals = precision ?? Decimals(kind, scale, offset),
            Unit = unit,
            Min = min,
            Max = max,
        };
        if (kind == DataType.String && count is { } registers) point = point with { Count = registers };
        if (point.End > 0x10000) map.Errors.Add(map.Node, $"{name} reaches beyond address 65535.");
        return point;
    }

    /// <summary>Where a point is: <c>address</c> counted from 0, or <c>register</c> as data sheets print it (30001 is input register 0).</summary>
    private static (ModbusTable Table, ushort Address)? Place(YamlMap map, ModbusTable? table)
    {
        var address = map.Whole("address", 0, 0xFFFF);
        var register = map.Text("register", maxLength: 6);
        if (map.Has("address") == map.Has("register"))
        {
            map.Errors.Add(map.Node, "Give either address (counted from 0) or register (as in data sheets, such as 40001).");
            return null;
        }

        if (address is { } zeroBased) return (table ?? ModbusTable.Holding, (ushort)zeroBased);
        if (register is null) return null;

        ModbusTable? named = register[0] switch
        {
            '0' => ModbusTable.Coil,
            '1' => ModbusTable.DiscreteInput,
            '3' => ModbusTable.Input,
            '4' => ModbusTable.Holding,
            _ => null,
        };
        if (register.Length < 5 || named is not { } known || (table is not null && table != known)
            || !int.TryParse(register[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 0x10000)
        {
            map.Errors.Add(map.Node, $"register is '{register}': give 5 or 6 digits as in data sheets (0… coil, 1… discrete input, 3… input, 4… holding), fitting input_type.");
            return null;
        }

        return (known, (ushort)(number - 1));
    }

    /// <summary>As many decimals as scale and offset are written with: 0.1 makes 230.1 of 2301, and not 230.10000000000002.</summary>
    private static int Decimals(DataType type, double scale, double offset) =>
        type is DataType.Float32 or DataType.Float64 || (scale is 1 && offset is 0) ? -1 : Math.Max(Digits(scale), Digits(offset));

    private static int Digits(double value) =>
        Math.Abs(value) is > 1e-15 and < 1e15 ? ((decimal)value).Scale : 0;
}
