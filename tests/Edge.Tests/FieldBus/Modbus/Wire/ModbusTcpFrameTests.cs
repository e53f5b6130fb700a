using System.Buffers;

using Edge.FieldBus.Modbus.Wire;

namespace Edge.Tests.FieldBus.Modbus.Wire;

public sealed class ModbusTcpFrameTests
{
    private static readonly byte[] TwoFrames = [.. ModbusTcpFrame.Write(0x1501, 17, [3, 0, 107, 0, 3]), .. ModbusTcpFrame.Write(2, 1, [0x83, 2])];

    [Fact]
    public void Writes_the_header_as_the_specification_shows_it() =>
        Assert.Equal([0x15, 0x01, 0, 0, 0, 6, 17, 3, 0, 107, 0, 3], TwoFrames[..12]);

    [Fact]
    public void Reads_the_same_at_every_split()
    {
        for (var split = 0; split <= TwoFrames.Length; split++)
        {
            var buffer = Split(TwoFrames, split);

            Assert.True(ModbusTcpFrame.TryRead(ref buffer, out var first));
            Assert.True(ModbusTcpFrame.TryRead(ref buffer, out var second));
            Assert.Equal((0x1501, 17), (first.Transaction, first.Unit));
            Assert.Equal([3, 0, 107, 0, 3], first.Pdu.ToArray());
            Assert.Equal([0x83, 2], second.Pdu.ToArray());
            Assert.True(buffer.IsEmpty);
        }
    }

    [Fact]
    public void Takes_nothing_of_a_frame_that_is_not_whole()
    {
        for (var length = 0; length < 12; length++)
        {
            var buffer = new ReadOnlySequence<byte>(TwoFrames, 0, length);

            Assert.False(ModbusTcpFrame.TryRead(ref buffer, out _));
            Assert.Equal(length, buffer.Length);
        }
    }

    [Theory]
    [InlineData(0, 0)] // no unit
    [InlineData(0, 1)] // no function
    [InlineData(0, 255)] // one byte too long
    [InlineData(255, 255)] // 64 KiB
    public void A_lying_length_ends_the_connection_before_anything_is_buffered(byte high, byte low)
    {
        var buffer = new ReadOnlySequence<byte>([0, 1, 0, 0, high, low, 1]);

        Assert.Throws<ModbusProtocolException>(() => ModbusTcpFrame.TryRead(ref buffer, out _));
    }

    [Fact]
    public void Another_protocol_ends_the_connection()
    {
        var buffer = new ReadOnlySequence<byte>("GET / HTTP/1.1"u8.ToArray());

        Assert.Throws<ModbusProtocolException>(() => ModbusTcpFrame.TryRead(ref buffer, out _));
    }

    [Fact]
    public void The_longest_pdu_passes_and_one_byte_more_is_a_bug()
    {
        var buffer = new ReadOnlySequence<byte>(ModbusTcpFrame.Write(1, 1, new byte[253]));

        Assert.True(ModbusTcpFrame.TryRead(ref buffer, out var frame));
        Assert.Equal(253, frame.Pdu.Length);
        Assert.Throws<ArgumentException>(() => ModbusTcpFrame.Write(1, 1, new byte[254]));
    }

    /// <summary>Random and half-right bytes: the parser takes frames, waits or refuses; nothing else happens, and it always comes to an end.</summary>
    [Fact]
    public void Survives_hostile_bytes()
    {
        var random = new SeededRandom(1);
        int frames = 0, refusals = 0;
        for (var round = 0; round < 50_000; round++)
        {
            var bytes = random.Bytes(random.Next(64));
            if (bytes.Length > 7 && round % 2 == 0) (bytes[2], bytes[3], bytes[4], bytes[5]) = (0, 0, 0, (byte)random.Next(bytes.Length));
            var buffer = Split(bytes, random.Next(bytes.Length + 1));
            try
            {
                while (ModbusTcpFrame.TryRead(ref buffer, out var frame))
                {
                    Assert.InRange(frame.Pdu.Length, 1, ModbusTcpFrame.MaxPduLength);
                    frames++;
                }
            }
            catch (ModbusProtocolException)
            {
                refusals++;
            }
        }

        Assert.True(frames > 1_000 && refusals > 1_000, $"{frames} frames, {refusals} refusals");
    }

    private static ReadOnlySequence<byte> Split(byte[] bytes, int at)
    {
        var first = new Segment(bytes.AsMemory(0, at));
        var last = first.Append(bytes.AsMemory(at));
        return new(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory) => Memory = memory;

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
