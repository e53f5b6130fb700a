using System.Buffers;
using System.Text;

using Edge.Xmpp.Wire;

namespace Edge.Tests.Xmpp.Wire;

public sealed class XmlStreamReaderTests
{
    private static readonly byte[] Session = Encoding.UTF8.GetBytes(Streams.Recorded);

    [Fact]
    public void Takes_a_session_apart() => Assert.Equal(
        [
            "stream to edge.local 1.0",
            "{jabber:client}iq type=set id=b1 to= lang= children=1 first={urn:ietf:params:xml:ns:xmpp-bind}bind text=a&b",
            "{jabber:client}presence type= id= to= lang= children=2 first={jabber:client}priority text=5",
            "{jabber:client}message type=chat id=m'1 to=juliet@edge.local lang=de children=2 first={jabber:client}body text=Grüße <😀> 😀<raw> ]] & ",
            "{jabber:client}iq type=get id=p1 to= lang= children=1 first={urn:xmpp:ping}ping text=",
            "end",
        ],
        Streams.Read(Session));

    [Fact]
    public void Reads_the_same_wherever_the_session_is_cut_in_two()
    {
        var whole = Streams.Read(Session);
        for (var cut = 0; cut <= Session.Length; cut++) Assert.Equal(whole, Streams.Read(Session[..cut], Session[cut..]));
    }

    [Fact]
    public void Reads_the_same_byte_by_byte() =>
        Assert.Equal(Streams.Read(Session), Streams.Read(Session.Select(b => new[] { b })));

    [Fact]
    public void Reads_the_same_over_many_small_segments()
    {
        var reader = new XmlStreamReader(Streams.Limits);
        var buffer = Segmented(Session, 3);
        var count = 0;
        while (reader.TryRead(ref buffer, out _)) count++;
        Assert.Equal(6, count);
        Assert.True(buffer.IsEmpty);
    }

    [Fact]
    public void Takes_nothing_of_an_element_that_is_not_whole()
    {
        var text = Encoding.UTF8.GetBytes(Streams.Header + "<message to='a@b'><body>x</body></message>");
        for (var length = Streams.Header.Length + 1; length < text.Length; length++)
        {
            var reader = new XmlStreamReader(Streams.Limits);
            var buffer = new ReadOnlySequence<byte>(text, 0, length);
            Assert.True(reader.TryRead(ref buffer, out _));
            Assert.False(reader.TryRead(ref buffer, out _));
            Assert.Equal(length - Streams.Header.Length, buffer.Length);
        }
    }

    [Fact]
    public void Drops_white_space_between_stanzas_at_once()
    {
        var reader = new XmlStreamReader(Streams.Limits);
        var buffer = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(Streams.Header + " \r\n\t  "));
        Assert.True(reader.TryRead(ref buffer, out _));
        Assert.False(reader.TryRead(ref buffer, out _));
        Assert.True(buffer.IsEmpty);
    }

    [Fact]
    public void Knows_a_wrong_end_tag_as_soon_as_it_comes() =>
        Assert.Equal("not-well-formed", Streams.ErrorOf("<message><body>hello</message>"));

    [Fact]
    public void A_slow_drip_is_looked_at_once_per_byte()
    {
        // 60 kB, a byte at a time, each in a look of its own: looked at anew each time, this would be two thousand million bytes.
        var reader = new XmlStreamReader(Streams.Limits);
        var text = Encoding.UTF8.GetBytes(Streams.Header + "<message to='" + new string('x', 60_000));
        for (var length = 0; length <= text.Length; length++)
        {
            var buffer = new ReadOnlySequence<byte>(text, 0, length);
            if (reader.TryRead(ref buffer, out _)) text = text[(int)(length - buffer.Length)..];
        }

        Assert.Equal(60_000 + "<message to='".Length, text.Length);
    }

    private static ReadOnlySequence<byte> Segmented(byte[] bytes, int size)
    {
        Segment? first = null, last = null;
        for (var at = 0; at < bytes.Length; at += size)
        {
            last = new(bytes.AsMemory(at, Math.Min(size, bytes.Length - at)), last);
            first ??= last;
        }

        return new(first!, 0, last!, last!.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is null) return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }
}
