using Edge.FieldBus.Modbus.Simulation;
using Edge.FieldBus.Modbus.Wire;
using Edge.TestKit;

using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Tests.FieldBus.Modbus.Simulation;

public sealed class ModbusServerTests
{
    [Theory]
    [InlineData("0100000001", "010101")] // the relay is on
    [InlineData("0100010001", "8102")]
    [InlineData("0200000001", "8202")]
    [InlineData("04000C0001", "8402")]
    [InlineData("04FFFF0002", "8402")]
    [InlineData("0400000000", "8403")]
    [InlineData("040000007E", "8403")]
    [InlineData("040000", "8403")]
    [InlineData("0600640001", "8602")]
    [InlineData("0500010000", "8502")]
    [InlineData("0500000001", "8503")]
    [InlineData("0F0000000101", "8F03")]
    [InlineData("1000000001020001", "9002")]
    [InlineData("2B0E0100", "AB01")]
    public async Task Answers_as_the_specification_asks(string request, string answer)
    {
        await using var meter = SimulatedMeter.Start(0, new ManualClock(), NullLogger.Instance);

        Assert.Equal(answer, Convert.ToHexString(ModbusServer.Answer(meter, Convert.FromHexString(request))));
    }

    [Fact]
    public async Task The_relay_cuts_the_load_and_the_counter_stands_still()
    {
        var clock = new ManualClock();
        await using var meter = SimulatedMeter.Start(0, clock, NullLogger.Instance);
        var before = Float(meter, 10);
        clock.Advance(TimeSpan.FromHours(1));
        var after = Float(meter, 10);
        Assert.InRange(after - before, 0.3, 1.2);

        Assert.Equal("0F00000001", Convert.ToHexString(ModbusServer.Answer(meter, Convert.FromHexString("0F000000010100"))));
        clock.Advance(TimeSpan.FromHours(5));

        Assert.Equal(0, Float(meter, 2));
        Assert.Equal(0, Float(meter, 4));
        Assert.Equal(after, Float(meter, 10));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_not_fought_for()
    {
        await using var first = SimulatedMeter.Start(0, new ManualClock(), NullLogger.Instance);
        await using var second = SimulatedMeter.Start(first.Port, new ManualClock(), NullLogger.Instance);

        Assert.NotEqual(first.Port, second.Port);
        Assert.Equal(second.Port, second.Definition.Endpoint.Port);
    }

    [Fact]
    public async Task Hostile_requests_are_answered_or_refused()
    {
        await using var meter = SimulatedMeter.Start(0, new ManualClock(), NullLogger.Instance);
        var random = new SeededRandom(3);
        for (var round = 0; round < 20_000; round++)
        {
            var request = random.Bytes(1 + random.Next(12));
            if (round % 2 == 0) request[0] = (byte)random.Next(18);

            Assert.InRange(ModbusServer.Answer(meter, request).Length, 2, ModbusTcpFrame.MaxPduLength);
        }
    }

    private static float Float(SimulatedMeter meter, byte address) =>
        System.Buffers.Binary.BinaryPrimitives.ReadSingleBigEndian(ModbusServer.Answer(meter, [4, 0, address, 0, 2]).AsSpan(2));
}
