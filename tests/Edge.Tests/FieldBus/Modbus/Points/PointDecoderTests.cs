using Edge.FieldBus.Modbus.Points;
using Edge.FieldBus.Modbus.Wire;
using Edge.Things.Readings;

namespace Edge.Tests.FieldBus.Modbus.Points;

public sealed class PointDecoderTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Int16", "FFFE", "-2")]
    [InlineData("UInt16", "FFFE", "65534")]
    [InlineData("Int32", "FFFFFFFE", "-2")]
    [InlineData("UInt32", "FFFFFFFE", "4294967294")]
    [InlineData("Int64", "8000000000000000", "-9223372036854775808")]
    [InlineData("UInt64", "7FFFFFFFFFFFFFFF", "9223372036854775807")]
    [InlineData("Float32", "41AC0000", "21.5")]
    [InlineData("Float64", "4035800000000000", "21.5")]
    [InlineData("Bool", "0100", "true")]
    [InlineData("Bool", "0000", "false")]
    public void Types(string type, string hex, string expected) =>
        Assert.Equal(expected, Decode(Point(Enum.Parse<DataType>(type)), hex).Value?.ToString());

    [Theory]
    [InlineData("None", "41AC0000")]
    [InlineData("Byte", "AC410000")]
    [InlineData("Word", "000041AC")]
    [InlineData("WordByte", "0000AC41")]
    public void Orders(string swap, string hex) =>
        Assert.Equal("21.5", Decode(Point(DataType.Float32) with { Swap = Enum.Parse<Swap>(swap) }, hex).Value?.ToString());

    [Fact]
    public void Word_order_reverses_all_four_registers() =>
        Assert.Equal("1", Decode(Point(DataType.Int64) with { Swap = Swap.Word }, "0001000000000000").Value?.ToString());

    [Fact]
    public void Scale_offset_and_decimals()
    {
        var point = Point(DataType.Int16) with { Scale = 0.1, Offset = -40, Decimals = 1, Unit = "Cel" };

        var reading = Decode(point, "08FD"); // 2301

        Assert.Equal("190.1", reading.Value?.ToString());
        Assert.Equal(("Cel", Quality.AutomaticReadout), (reading.Unit, reading.Quality));
    }

    [Theory]
    [InlineData("Float32", "7FC00000")]
    [InlineData("Float32", "FF800000")]
    [InlineData("Float64", "7FF0000000000000")]
    [InlineData("UInt64", "FFFFFFFFFFFFFFFF")]
    public void What_is_no_number_is_an_error_and_never_a_value(string type, string hex)
    {
        var reading = Decode(Point(Enum.Parse<DataType>(type)), hex);

        Assert.Null(reading.Value);
        Assert.Equal(Quality.Error, reading.Quality);
        Assert.NotEmpty(reading.Text!);
    }

    [Theory]
    [InlineData("0009", "Below 10.")]
    [InlineData("000A", null)]
    [InlineData("0014", null)]
    [InlineData("0015", "Above 20.")]
    public void Out_of_range_is_a_value_with_a_warning(string hex, string? text)
    {
        var reading = Decode(Point(DataType.Int16) with { Min = 10, Max = 20 }, hex);

        Assert.NotNull(reading.Value);
        Assert.Equal(text, reading.Text);
        Assert.Equal(text is not null, reading.Quality.HasFlag(Quality.Warning));
    }

    [Fact]
    public void Texts_end_at_a_zero_and_lose_their_padding()
    {
        var point = Point(DataType.String) with { Count = 4 };

        Assert.Equal("Abc", Decode(point, "4162632020004142").Value?.ToString());
        Assert.Equal("bAc", Decode(point with { Swap = Swap.Byte }, "4162006300000000").Value?.ToString());
        Assert.Null(Decode(point, "FFFE626300000000").Value);
    }

    [Fact]
    public void Bits_are_picked_from_the_block()
    {
        byte[] block = [0b1000_0010, 0b1];

        Assert.Equal(
            [false, true, false, false, false, false, false, true, true, false],
            Enumerable.Range(20, 10).Select(a => PointDecoder.Decode(new("b", ModbusTable.Coil, (ushort)a, DataType.Bool), 20, block, Now).Value!.Value.AsBoolean));
        Assert.True(Decode(Point(DataType.Bool) with { Bit = 9 }, "0200").Value!.Value.AsBoolean);
        Assert.False(Decode(Point(DataType.Bool) with { Bit = 8 }, "0200").Value!.Value.AsBoolean);
    }

    /// <summary>What the encoder writes, the decoder reads: every type, order, scale.</summary>
    [Fact]
    public void Written_values_come_back()
    {
        var random = new SeededRandom(7);
        for (var round = 0; round < 20_000; round++)
        {
            var type = (DataType)random.Next(9);
            var point = Point(type) with { Swap = (Swap)random.Next(4) };
            if (type is not (DataType.Bool or DataType.Float32 or DataType.Float64) && random.Next(2) == 0) point = point with { Scale = 0.25, Offset = 3, Decimals = 2 };
            var value = point.Kind switch
            {
                ValueKind.Boolean => FieldValue.Boolean(random.Next(2) == 0),
                ValueKind.Integer => FieldValue.Integer(random.Next(30_000)),
                _ => FieldValue.Number(3 + random.Next(20_000) * 0.25, point.Decimals),
            };

            var request = PointEncoder.Encode(new(point) { WritesMultiple = true }, value, out var why);

            Assert.Null(why);
            var reading = PointDecoder.Decode(point, point.Address, request!.AsSpan(6), Now);
            Assert.True(value == reading.Value, $"{point}: {value} became {reading.Value}");
        }
    }

    private static ModbusPoint Point(DataType type) => new("p", ModbusTable.Holding, 100, type);

    private static Reading Decode(ModbusPoint point, string hex) =>
        PointDecoder.Decode(point, 99, [0xAA, 0xAA, .. Convert.FromHexString(hex)], Now);
}
