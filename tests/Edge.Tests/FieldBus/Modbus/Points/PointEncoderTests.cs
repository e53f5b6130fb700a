using Edge.FieldBus.Modbus.Points;
using Edge.FieldBus.Modbus.Wire;
using Edge.Things.Readings;

namespace Edge.Tests.FieldBus.Modbus.Points;

public sealed class PointEncoderTests
{
    [Fact]
    public void One_register_goes_by_function_6_and_more_by_16_and_either_by_16_on_demand()
    {
        Assert.Equal([6, 0, 5, 0xFF, 0xFF], Encode(new(Point(DataType.Int16)), FieldValue.Integer(-1)));
        Assert.Equal([16, 0, 5, 0, 1, 2, 0xFF, 0xFF], Encode(new(Point(DataType.Int16)) { WritesMultiple = true }, FieldValue.Integer(-1)));
        Assert.Equal([16, 0, 5, 0, 2, 4, 0x41, 0xAC, 0, 0], Encode(new(Point(DataType.Float32)), FieldValue.Number(21.5)));
        Assert.Equal([16, 0, 5, 0, 2, 4, 0x41, 0x62, 0, 0], Encode(new(Point(DataType.String) with { Count = 2 }), FieldValue.Text("Ab")));
    }

    [Fact]
    public void A_coil_goes_by_function_5_or_15()
    {
        var coil = new ModbusParameter(new("c", ModbusTable.Coil, 5, DataType.Bool));

        Assert.Equal([5, 0, 5, 0xFF, 0], Encode(coil, FieldValue.Boolean(true)));
        Assert.Equal([15, 0, 5, 0, 1, 1, 1], Encode(coil with { WritesMultiple = true }, FieldValue.Boolean(true)));
    }

    [Theory]
    [InlineData("Int16", 32768)]
    [InlineData("Int16", -32769)]
    [InlineData("UInt16", -1)]
    [InlineData("UInt32", 4294967296)]
    [InlineData("Int32", -2147483649)]
    [InlineData("UInt64", -1)]
    public void A_value_that_does_not_fit_is_refused(string type, long value)
    {
        Assert.Null(PointEncoder.Encode(new(Point(Enum.Parse<DataType>(type))), FieldValue.Integer(value), out var why));
        Assert.NotNull(why);
    }

    [Fact]
    public void Ranges_texts_and_floats_have_their_limits()
    {
        var ranged = new ModbusParameter(Point(DataType.Int16) with { Min = 10, Max = 20 });
        Assert.NotNull(PointEncoder.Encode(ranged, FieldValue.Integer(10), out _));
        Assert.Null(PointEncoder.Encode(ranged, FieldValue.Integer(9), out var low));
        Assert.Null(PointEncoder.Encode(ranged, FieldValue.Integer(21), out var high));
        Assert.Equal(("p takes 10 or more.", "p takes 20 or less."), (low, high));

        Assert.Null(PointEncoder.Encode(new(Point(DataType.String) with { Count = 1 }), FieldValue.Text("Abc"), out _));
        Assert.Null(PointEncoder.Encode(new(Point(DataType.Float32)), FieldValue.Number(1e300), out _));
        Assert.Null(PointEncoder.Encode(new(Point(DataType.Int32) with { Scale = 1e-300 }), FieldValue.Number(1), out _));
    }

    [Fact]
    public void Whole_numbers_keep_every_digit()
    {
        var request = Encode(new(Point(DataType.Int64)), FieldValue.Integer(9_007_199_254_740_993));

        Assert.Equal(Convert.FromHexString("0020000000000001"), request[6..]);
    }

    private static ModbusPoint Point(DataType type) => new("p", ModbusTable.Holding, 5, type);

    private static byte[] Encode(ModbusParameter parameter, FieldValue value)
    {
        var request = PointEncoder.Encode(parameter, value, out var why);
        Assert.Null(why);
        return request!;
    }
}
