using Edge.Mqtt;
using Edge.Mqtt.Sessions.Log;
using Edge.TestKit;

namespace Edge.Tests.Mqtt.Sessions.Log;

public sealed class RecordTests
{
    private const int Rounds = 20_000;

    [Fact]
    public void Every_record_is_read_as_it_was_written()
    {
        var reader = new RecordReader(Group().Bytes);

        Assert.True(reader.TryRead(out var message));
        Assert.Equal((RecordType.Message, 1L, MqttQoS.ExactlyOnce, true), (message.Type, message.MessageId, message.QoS, message.Retain));
        Assert.Equal("a/b"u8, message.Topic);
        Assert.Equal([9, 8], message.Properties.ToArray());
        Assert.Equal([1, 2, 3], message.Payload.ToArray());
        Assert.Equal(1_900_000_000, message.ExpiresAtUnixSeconds);
        Assert.True(reader.TryRead(out var queued));
        Assert.Equal((RecordType.Queued, 7L, 300L, 1L, (ushort)65535), (queued.Type, queued.Session, queued.Item, queued.MessageId, queued.PacketId));
        Assert.Equal((MqttQoS.AtLeastOnce, false, 2), (queued.QoS, queued.Retain, queued.SubscriptionIds));
        Assert.True(reader.TryRead(out var done));
        Assert.Equal((RecordType.Done, 7L, 299L), (done.Type, done.Session, done.Item));
        Assert.True(reader.TryRead(out var released));
        Assert.Equal((RecordType.Released, 7L, 300L), (released.Type, released.Session, released.Item));
        Assert.True(reader.TryRead(out var incoming));
        Assert.Equal((RecordType.Incoming, 8L, (ushort)12), (incoming.Type, incoming.Session, incoming.PacketId));
        Assert.True(reader.TryRead(out var incomingDone));
        Assert.Equal((RecordType.IncomingDone, 8L, (ushort)12), (incomingDone.Type, incomingDone.Session, incomingDone.PacketId));
        Assert.True(reader.TryRead(out var dropped));
        Assert.Equal((RecordType.SessionDropped, 9L), (dropped.Type, dropped.Session));
        Assert.False(reader.TryRead(out _));
        Assert.True(reader.IsAtEnd);
    }

    [Fact]
    public void What_is_cut_off_is_no_record()
    {
        var bytes = Group().Bytes.ToArray();
        var ends = new List<int> { 0 };
        for (var reader = new RecordReader(bytes); reader.TryRead(out var record);) ends.Add(ends[^1] + record.Bytes.Length);

        for (var cut = 0; cut <= bytes.Length; cut++) Assert.Equal(ends.Contains(cut), ReadAll(bytes.AsSpan(0, cut)));
    }

    [Fact]
    public void Damaged_and_random_bytes_are_read_or_refused_and_nothing_else()
    {
        var random = new Random(3);
        var whole = Group().Bytes.ToArray();
        var refused = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = round % 2 == 0 ? whole.ToArray() : new byte[random.Next(1, 64)];
            if (round % 2 == 1) random.NextBytes(bytes);
            for (var i = random.Next(1, 4); i > 0; i--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (!ReadAll(bytes)) refused++;
        }

        Assert.InRange(refused, 1, Rounds - 1);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(127UL)]
    [InlineData(128UL)]
    [InlineData(ulong.MaxValue)]
    public void Numbers_take_as_few_bytes_as_they_need(ulong value)
    {
        var bytes = new byte[Varint.MaxLength];
        ReadOnlySpan<byte> written = bytes.AsSpan(0, Varint.Write(bytes, value));

        Assert.Equal(Math.Max(1, (64 - System.Numerics.BitOperations.LeadingZeroCount(value) + 6) / 7), written.Length);
        Assert.True(Varint.TryRead(ref written, out var read));
        Assert.Equal(value, read);
        Assert.True(written.IsEmpty);
    }

    private static LogGroup Group()
    {
        var group = new LogGroup(new(new ManualClock()));
        var id = group.AddMessage(new("a/b", new byte[] { 1, 2, 3 }, MqttQoS.ExactlyOnce, Retain: true), "a/b"u8, [9, 8], 1_900_000_000);
        group.AddQueued(id, 7, 300, 65535, MqttQoS.AtLeastOnce, retain: false, [5, uint.MaxValue]);
        group.AddDone(7, 299);
        group.AddReleased(7, 300);
        group.AddIncoming(8, 12);
        group.AddIncomingDone(8, 12);
        group.AddSessionDropped(9);
        return group;
    }

    private static bool ReadAll(ReadOnlySpan<byte> bytes)
    {
        var reader = new RecordReader(bytes);
        while (reader.TryRead(out _))
        {
        }

        return reader.IsAtEnd;
    }
}
