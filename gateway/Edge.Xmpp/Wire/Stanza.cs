using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Edge.Xmpp.Wire;

/// <summary>What an element at the top of a stream is.</summary>
internal enum StanzaKind
{
    /// <summary>Not a stanza: negotiation, or something that does not belong there.</summary>
    Other,

    /// <summary>A message.</summary>
    Message,

    /// <summary>Presence.</summary>
    Presence,

    /// <summary>A request or its answer.</summary>
    Iq,
}

/// <summary>
/// An element at the top of a stream: its bytes as they came, already checked, and what routing looks at. A tree is made only where
/// somebody handles the content.
/// </summary>
internal sealed class Stanza
{
    private const int MostLookedAt = 64; // attributes; elements that are no stanzas have three or four
    private const int LeastAttribute = 5; // bytes: a blank, a name, '=', two quotes

    private readonly int _nameEnd;
    private readonly AttributeSpan _from;
    private readonly AttributeSpan _to;
    private readonly AttributeSpan _language;
    private readonly AttributeSpan _id;
    private string? _idText;
    private XElement? _element;

    public Stanza(byte[] bytes, StreamHeader header, string ns, in StartTag tag)
    {
        Bytes = bytes;
        Header = header;
        Namespace = ns;
        Name = InternName(tag.LocalName(bytes));
        _nameEnd = tag.NameStart + tag.NameLength;
        foreach (var attribute in tag.Attributes)
        {
            var name = attribute.Name(bytes);
            if (name.SequenceEqual("to"u8)) _to = attribute;
            else if (name.SequenceEqual("from"u8)) _from = attribute;
            else if (name.SequenceEqual("xml:lang"u8)) _language = attribute;
            else if (name.SequenceEqual("id"u8)) _id = attribute;
            else if (name.SequenceEqual("type"u8)) Type = InternType(attribute.Value(bytes));
        }
    }

    /// <summary>The element as it came.</summary>
    public byte[] Bytes { get; }

    /// <summary>The stream it came on.</summary>
    public StreamHeader Header { get; }

    public string Namespace { get; }

    public string Name { get; }

    /// <summary><c>type</c>; null where it is not given.</summary>
    public string? Type { get; }

    /// <summary>True where <c>id</c> is given, be it empty.</summary>
    public bool HasId => _id.NameLength > 0;

    /// <summary><c>id</c>; null where it is not given.</summary>
    public string? Id => _id.NameLength == 0 ? null : _idText ??= XmlTokens.Decode(_id.Value(Bytes));

    /// <summary><c>to</c> as bytes; empty where it is not given.</summary>
    public ReadOnlySpan<byte> ToBytes => _to.Value(Bytes);

    /// <summary>True where <c>to</c> is given, be it empty.</summary>
    public bool HasTo => _to.NameLength > 0;

    /// <summary><c>from</c> as bytes; empty where it is not given.</summary>
    public ReadOnlySpan<byte> FromBytes => _from.Value(Bytes);

    /// <summary><c>from</c> as the peer wrote it; null where it is not given.</summary>
    public string? From => _from.NameLength == 0 ? null : XmlTokens.Decode(_from.Value(Bytes));

    /// <summary><c>xml:lang</c>; null where it is not given.</summary>
    public string? Language => _language.NameLength == 0 ? null : XmlTokens.Decode(_language.Value(Bytes));

    public int ChildCount { get; set; }

    /// <summary>The first child's namespace; null where there is no child.</summary>
    public string? ChildNamespace { get; set; }

    /// <summary>The first child's name; null where there is no child.</summary>
    public string? ChildName { get; set; }

    /// <summary>The bytes mean something only within the stream that they came on.</summary>
    public bool UsesStreamScope { get; set; }

    public StanzaKind Kind => Namespace != XmppNames.ClientNamespace ? StanzaKind.Other : Name switch
    {
        "message" => StanzaKind.Message,
        "presence" => StanzaKind.Presence,
        "iq" => StanzaKind.Iq,
        _ => StanzaKind.Other,
    };

    public bool Is(XName name) => Name == name.LocalName && Namespace == name.NamespaceName;

    /// <summary>The value of an attribute as it stands; empty where it is not given. For attributes that routing does not look at, without a tree.</summary>
    public ReadOnlySpan<byte> Attribute(ReadOnlySpan<byte> name)
    {
        var scratch = Bytes.Length < MostLookedAt * LeastAttribute ? stackalloc AttributeSpan[MostLookedAt] : new AttributeSpan[XmlText.OwnLimits.MaxAttributes];
        var tag = StartTag.Read(Bytes, 0, scratch, XmlText.OwnLimits.MaxNameBytes);
        foreach (var attribute in tag.Attributes)
        {
            if (attribute.Name(Bytes).SequenceEqual(name)) return attribute.Value(Bytes);
        }

        return default;
    }

    /// <summary>The stanza for another stream: with the sender's attributes in place of whatever <c>from</c> it had.</summary>
    /// <param name="stamp">Attributes with a blank in front: <see cref="XmlText.Attribute"/>.</param>
    /// <param name="languageStamp">Likewise for the language of the sender's stream, where the stanza names none (RFC 6120 §4.7.4).</param>
    public byte[] Stamp(ReadOnlySpan<byte> stamp, ReadOnlySpan<byte> languageStamp) =>
        UsesStreamScope ? StampTree(stamp, languageStamp) : StampBytes(stamp, languageStamp);

    private byte[] StampBytes(ReadOnlySpan<byte> stamp, ReadOnlySpan<byte> languageStamp)
    {
        var language = _language.NameLength == 0 ? languageStamp : default;
        var removed = _from.NameLength == 0 ? 0 : _from.End - _from.NameStart;
        var from = removed == 0 ? _nameEnd : _from.NameStart;
        var result = GC.AllocateUninitializedArray<byte>(Bytes.Length - removed + stamp.Length + language.Length);
        var rest = result.AsSpan();
        Put(ref rest, Bytes.AsSpan(0, _nameEnd));
        Put(ref rest, stamp);
        Put(ref rest, language);
        Put(ref rest, Bytes.AsSpan(_nameEnd, from - _nameEnd));
        Put(ref rest, Bytes.AsSpan(from + removed));
        return result;
    }

    private static void Put(ref Span<byte> rest, ReadOnlySpan<byte> part)
    {
        part.CopyTo(rest);
        rest = rest[part.Length..];
    }

    // Rare: a client that declares prefixes on its stream. Written anew, the stanza stands for itself.
    private byte[] StampTree(ReadOnlySpan<byte> stamp, ReadOnlySpan<byte> languageStamp)
    {
        var header = StreamHeader.Plain;
        var alone = StanzaParser.Parse(XmlText.ToBytes(ToElement()), header, XmlText.OwnLimits);
        return alone.StampBytes(stamp, languageStamp);
    }

    /// <summary>The stanza as a tree; made once. A caller that changes it takes a copy.</summary>
    /// <exception cref="XmppStreamException">The reader of trees sees a fault that ours did not.</exception>
    public XElement ToElement() => _element ??= ReadElement();

    private XElement ReadElement()
    {
        var names = new XmlNamespaceManager(new NameTable());
        names.AddNamespace("", Header.DefaultNamespace);
        foreach (var (prefix, value) in Header.Prefixes) names.AddNamespace(prefix, value);
        var context = new XmlParserContext(null, names, null, XmlSpace.Preserve, Encoding.UTF8);
        var settings = new XmlReaderSettings { ConformanceLevel = ConformanceLevel.Fragment, DtdProcessing = DtdProcessing.Prohibit };
        using var reader = XmlReader.Create(new MemoryStream(Bytes, writable: false), settings, context);
        try
        {
            reader.MoveToContent();
            return XElement.Load(reader, LoadOptions.PreserveWhitespace);
        }
        catch (XmlException e)
        {
            throw XmppStreamException.NotWellFormed(e.Message);
        }
    }

    private static string InternName(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("message"u8) ? "message" : name.SequenceEqual("iq"u8) ? "iq"
        : name.SequenceEqual("presence"u8) ? "presence" : InternTable.Get(name);

    private static string InternType(ReadOnlySpan<byte> type) => type.Length switch
    {
        3 when type.SequenceEqual("get"u8) => "get",
        3 when type.SequenceEqual("set"u8) => "set",
        4 when type.SequenceEqual("chat"u8) => "chat",
        5 when type.SequenceEqual("error"u8) => "error",
        6 when type.SequenceEqual("result"u8) => "result",
        6 when type.SequenceEqual("normal"u8) => "normal",
        _ => XmlTokens.Decode(type),
    };
}
