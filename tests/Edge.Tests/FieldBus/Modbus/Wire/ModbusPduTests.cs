using Edge.FieldBus.Modbus.Wire;

namespace Edge.Tests.FieldBus.Modbus.Wire;

public sealed class ModbusPduTests
{
    // The examples of MODBUS Application Protocol 1.1b3, sections 6.1 to 6.12.
    [Fact]
    public void Requests_are_as_the_specification_shows_them()
    {
        Assert.Equal([1, 0, 0x13, 0, 0x13], ModbusPdu.Read(ModbusTable.Coil, 0x13, 19));
        Assert.Equal([2, 0, 0xC4, 0, 0x16], ModbusPdu.Read(ModbusTable.DiscreteInput, 0xC4, 22));
        Assert.Equal([3, 0, 0x6B, 0, 3], ModbusPdu.Read(ModbusTable.Holding, 0x6B, 3));
        Assert.Equal([4, 0, 8, 0, 1], ModbusPdu.Read(ModbusTable.Input, 8, 1));
        Assert.Equal([5, 0, 0xAC, 0xFF, 0], ModbusPdu.WriteCoil(0xAC, true));
        Assert.Equal([5, 0, 0xAC, 0, 0], ModbusPdu.WriteCoil(0xAC, false));
        Assert.Equal([6, 0, 1, 0, 3], ModbusPdu.WriteRegister(1, 3));
        Assert.Equal([15, 0, 0x13, 0, 10, 2, 0xCD, 1], ModbusPdu.WriteCoils(0x13, [true, false, true, true, false, false, true, true, true, false]));
        Assert.Equal([16, 0, 1, 0, 2, 4, 0, 10, 1, 2], ModbusPdu.WriteRegisters(1, [0, 10, 1, 2]));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 126)]
    [InlineData(65535, 2)]
    public void A_read_out_of_range_is_a_bug(int address, int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ModbusPdu.Read(ModbusTable.Holding, (ushort)address, count));

    [Fact]
    public void An_answer_gives_its_bytes_a_refusal_its_code()
    {
        var read = ModbusPdu.Read(ModbusTable.Holding, 0, 2);

        Assert.True(ModbusPdu.TryParseAnswer(read, new byte[] { 3, 4, 1, 2, 3, 4 }, out var refusal, out var data));
        Assert.Equal(ModbusException.None, refusal);
        Assert.Equal([1, 2, 3, 4], data.ToArray());
        Assert.True(ModbusPdu.TryParseAnswer(read, new byte[] { 0x83, 2 }, out refusal, out data));
        Assert.Equal(ModbusException.IllegalDataAddress, refusal);
        Assert.True(data.IsEmpty);
    }

    [Theory]
    [InlineData("")]
    [InlineData("03")]
    [InlineData("0304010203")]
    [InlineData("03020102")]
    [InlineData("03040102030405")]
    [InlineData("040401020304")]
    [InlineData("8402")]
    [InlineData("8300")]
    [InlineData("83")]
    [InlineData("830200")]
    public void What_does_not_belong_to_the_request_is_not_taken(string answer) =>
        Assert.False(ModbusPdu.TryParseAnswer(ModbusPdu.Read(ModbusTable.Holding, 0, 2), Convert.FromHexString(answer), out _, out _));

    [Fact]
    public void A_write_is_done_where_the_device_repeats_it()
    {
        var write = ModbusPdu.WriteRegisters(1, [0, 10, 1, 2]);

        Assert.True(ModbusPdu.TryParseAnswer(write, new byte[] { 16, 0, 1, 0, 2 }, out _, out _));
        Assert.False(ModbusPdu.TryParseAnswer(write, new byte[] { 16, 0, 1, 0, 1 }, out _, out _));
        Assert.False(ModbusPdu.TryParseAnswer(ModbusPdu.WriteCoil(1, true), new byte[] { 5, 0, 1, 0, 0 }, out _, out _));
    }

    [Fact]
    public void Every_refusal_has_words()
    {
        for (var code = 1; code < 256; code++) Assert.Contains($"exception {code}.", ((ModbusException)code).Say().Replace(")", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}
