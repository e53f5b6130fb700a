using System.Buffers;

using Edge.Mqtt.Wire;

namespace Edge.Tests.Mqtt.Wire;

public sealed class CodecTests
{
    public static TheoryData<string> Names => Samples.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void A_packet_reads_the_same_wherever_it_is_split(string name)
    {
        var bytes = Samples.All[name];
        var expected = Samples.Describe(Read(new(bytes)));

        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            Assert.Equal(expected, Samples.Describe(Read(Samples.Cut(bytes, cut))));
            for (var second = cut; second <= bytes.Length; second++)
                Assert.Equal(expected, Samples.Describe(Read(Samples.Cut(bytes, cut, second))));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_truncated_packet_is_left_untouched(string name)
    {
        var bytes = Samples.All[name];
        for (var length = 0; length < bytes.Length; length++)
        {
            var buffer = new ReadOnlySequence<byte>(bytes, 0, length);

            Assert.False(PacketFrame.TryRead(ref buffer, int.MaxValue, out _));
            Assert.Equal(length, buffer.Length);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_follows_a_packet_is_left_for_the_next(string name)
    {
        var buffer = new ReadOnlySequence<byte>([.. Samples.All[name], 0xC0, 0x00]);

        Assert.True(PacketFrame.TryRead(ref buffer, int.MaxValue, out _));
        Assert.Equal([0xC0, 0x00], buffer.ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_body_cut_short_under_an_honest_header_is_a_violation_or_another_packet(string name)
    {
        var whole = Read(new(Samples.All[name]));
        for (var length = 0; length < whole.Body.Length; length++)
        {
            var cut = whole with { Body = whole.Body.Slice(0, length) };
            var violation = Record.Exception(() => Samples.Describe(cut));

            // Payloads, SUBACK's codes and lists of filters may end at several places; everything else has one end.
            Assert.True(violation is MqttProtocolException || (violation is null && name.Split(' ')[0] is "publish" or "subscribe" or "unsubscribe" or "suback"));
        }
    }

    [Theory]
    [InlineData("connect")]
    [InlineData("connack")]
    [InlineData("puback")]
    [InlineData("pubrel")]
    [InlineData("pingreq")]
    [InlineData("disconnect")]
    public void A_body_that_goes_on_too_long_is_a_violation(string name)
    {
        var whole = Read(new(Samples.All[name]));
        var longer = whole with { Body = new([.. whole.Body.ToArray(), 0]) };

        Assert.Throws<MqttProtocolException>(() => Samples.Describe(longer));
    }

    [Theory]
    [InlineData(0, "C000")]
    [InlineData(127, "C07F")]
    [InlineData(128, "C08001")]
    [InlineData(16_383, "C0FF7F")]
    [InlineData(16_384, "C0808001")]
    [InlineData(2_097_151, "C0FFFF7F")]
    [InlineData(2_097_152, "C080808001")]
    [InlineData(268_435_455, "C0FFFFFF7F")]
    public void The_remaining_length_is_encoded_as_the_specification_lists(int length, string hex)
    {
        var header = new byte[5];
        var written = PacketFrame.WriteHeader(header, PacketType.PingReq, 0, length);

        Assert.Equal(hex, Convert.ToHexString(header.AsSpan(0, written)));
        Assert.Equal(written + length, PacketFrame.Size(length));
    }

    private static PacketFrame Read(ReadOnlySequence<byte> buffer)
    {
        Assert.True(PacketFrame.TryRead(ref buffer, int.MaxValue, out var frame));
        Assert.True(buffer.IsEmpty);
        return frame;
    }
}
