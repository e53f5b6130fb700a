using System.Buffers;

namespace Edge.Xmpp.Wire;

/// <summary>An attribute within a start tag: where its name and value are, counted from the start of the element's bytes.</summary>
internal readonly record struct AttributeSpan(int NameStart, int NameLength, int PrefixLength, int ValueStart, int ValueLength)
{
    /// <summary>The first byte behind the closing quote.</summary>
    public int End => ValueStart + ValueLength + 1;

    public ReadOnlySpan<byte> Name(ReadOnlySpan<byte> bytes) => bytes.Slice(NameStart, NameLength);

    public ReadOnlySpan<byte> Value(ReadOnlySpan<byte> bytes) => bytes.Slice(ValueStart, ValueLength);
}

/// <summary>Reads one start tag. The span of attributes is the caller's scratch; its length is the limit.</summary>
internal ref struct StartTag
{
    private readonly Span<AttributeSpan> _attributes;

    private StartTag(Span<AttributeSpan> attributes) => _attributes = attributes;

    public int NameStart { get; private set; }

    public int NameLength { get; private set; }

    public int PrefixLength { get; private set; }

    public bool IsEmpty { get; private set; }

    /// <summary>The first byte behind the tag.</summary>
    public int End { get; private set; }

    public int Count { get; private set; }

    public readonly ReadOnlySpan<byte> Prefix(ReadOnlySpan<byte> bytes) => bytes.Slice(NameStart, PrefixLength);

    public readonly ReadOnlySpan<byte> LocalName(ReadOnlySpan<byte> bytes)
    {
        var skip = PrefixLength == 0 ? 0 : PrefixLength + 1;
        return bytes.Slice(NameStart + skip, NameLength - skip);
    }

    public readonly ReadOnlySpan<AttributeSpan> Attributes => _attributes[..Count];

    /// <summary>Reads the tag whose '&lt;' is at <paramref name="start"/>. The framer has seen its end already.</summary>
    /// <exception cref="XmppStreamException">It is not well formed, or over a limit.</exception>
    public static StartTag Read(ReadOnlySpan<byte> bytes, int start, Span<AttributeSpan> scratch, int maxNameBytes)
    {
        var tag = new StartTag(scratch) { NameStart = start + 1 };
        var at = NameEnd(bytes, tag.NameStart);
        tag.NameLength = at - tag.NameStart;
        tag.PrefixLength = XmlTokens.CheckName(bytes.Slice(tag.NameStart, tag.NameLength), maxNameBytes);
        while (true)
        {
            var next = SkipSpaces(bytes, at);
            switch (At(bytes, next))
            {
                case (byte)'>':
                    tag.End = next + 1;
                    return tag;
                case (byte)'/' when At(bytes, next + 1) == '>':
                    tag.IsEmpty = true;
                    tag.End = next + 2;
                    return tag;
                default:
                    if (next == at) throw XmppStreamException.NotWellFormed("Attributes are not separated by white space.");
                    at = tag.Add(bytes, next, maxNameBytes);
                    break;
            }
        }
    }

    private int Add(ReadOnlySpan<byte> bytes, int start, int maxNameBytes)
    {
        var end = NameEnd(bytes, start);
        var name = bytes[start..end];
        var prefix = XmlTokens.CheckName(name, maxNameBytes);
        var at = SkipSpaces(bytes, end);
        if (At(bytes, at) != '=') throw XmppStreamException.NotWellFormed("An attribute has no value.");
        at = SkipSpaces(bytes, at + 1);
        var quote = At(bytes, at);
        if (quote is not ((byte)'"' or (byte)'\'')) throw XmppStreamException.NotWellFormed("The value of an attribute is not quoted.");
        var length = bytes[(at + 1)..].IndexOf(quote);
        if (length < 0) throw XmppStreamException.NotWellFormed("The value of an attribute does not end.");
        var value = bytes.Slice(at + 1, length);
        if (value.Contains((byte)'<')) throw XmppStreamException.NotWellFormed("There is '<' in the value of an attribute.");
        XmlTokens.CheckReferences(value);

        foreach (var other in Attributes)
        {
            if (other.Name(bytes).SequenceEqual(name)) throw XmppStreamException.NotWellFormed("An attribute is given twice.");
        }

        if (Count == _attributes.Length)
            throw XmppStreamException.Policy($"An element has more than {_attributes.Length} attributes (xmpp:maxAttributes).");
        _attributes[Count++] = new(start, end - start, prefix, at + 1, length);
        return at + length + 2;
    }

    private static readonly SearchValues<byte> NameEnds = SearchValues.Create(" \t\r\n=/>"u8);

    private static int NameEnd(ReadOnlySpan<byte> bytes, int start)
    {
        var length = bytes[start..].IndexOfAny(NameEnds);
        return length < 0 ? bytes.Length : start + length;
    }

    private static int SkipSpaces(ReadOnlySpan<byte> bytes, int at)
    {
        while (at < bytes.Length && StanzaFramer.IsSpace(bytes[at])) at++;
        return at;
    }

    private static byte At(ReadOnlySpan<byte> bytes, int at) =>
        at < bytes.Length ? bytes[at] : throw XmppStreamException.NotWellFormed("A tag does not end.");
}
