using System.Buffers;

namespace Edge.Xmpp.Wire;

/// <summary>One thing taken off a stream: exactly one of the two is set, or none where the stream ended.</summary>
internal readonly record struct StreamPart(StreamHeader? Header, Stanza? Stanza)
{
    /// <summary>The peer closed its stream.</summary>
    public bool IsEnd => Header is null && Stanza is null;
}

/// <summary>Turns bytes into stream headers and whole elements, however the bytes are cut on their way.</summary>
/// <param name="limits">What ends the stream.</param>
/// <param name="scope">What a header means for the elements that follow, where that is not what it says.</param>
internal sealed class XmlStreamReader(XmlLimits limits, Func<StreamHeader, StreamHeader>? scope = null)
{
    private StanzaFramer _framer = new(limits);
    private XmlLimits _limits = limits;

    /// <summary>The header of the stream; before it came, an ordinary one.</summary>
    public StreamHeader Header { get; private set; } = StreamHeader.Plain;

    /// <summary>The whole element that the last fault was about: what follows it can be read still. Null where no more elements can be told apart.</summary>
    public byte[]? Refused { get; private set; }

    /// <summary>What comes next is a new stream (RFC 6120 §4.3.3), maybe with other limits.</summary>
    public void Restart(XmlLimits? limits = null)
    {
        _limits = limits ?? _limits;
        _framer = new(_limits);
    }

    /// <summary>Takes one part off the front of <paramref name="buffer"/>; leaves it there until it is whole. White space in front is dropped.</summary>
    /// <exception cref="XmppStreamException">The peer broke a rule that ends the stream.</exception>
    public bool TryRead(ref ReadOnlySequence<byte> buffer, out StreamPart part)
    {
        part = default;
        Refused = null;
        if (_framer.Pending == 0) SkipSpaces(ref buffer);
        var kind = _framer.Read(buffer, out var length);
        if (kind == FrameKind.Incomplete) return false;

        var bytes = buffer.Slice(0, length).ToArray();
        buffer = buffer.Slice(length);
        part = kind switch
        {
            FrameKind.StreamStart => new(Begin(StreamHeader.Parse(bytes, _limits)), null),
            FrameKind.Element => new(null, Parse(bytes)),
            _ => default,
        };
        return true;
    }

    private Stanza Parse(byte[] bytes)
    {
        Refused = bytes;
        var stanza = StanzaParser.Parse(bytes, Header, _limits);
        Refused = null;
        return stanza;
    }

    private StreamHeader Begin(StreamHeader header)
    {
        Header = scope is null ? header : scope(header);
        return header;
    }

    private static void SkipSpaces(ref ReadOnlySequence<byte> buffer)
    {
        foreach (var segment in buffer)
        {
            var found = segment.Span.IndexOfAnyExcept(" \t\r\n"u8);
            buffer = buffer.Slice(found < 0 ? segment.Length : found);
            if (found >= 0) return;
        }
    }
}
