using System.Buffers;
using System.Globalization;

using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Bosh;

/// <summary>What one request says: the wrapper's attributes, and the elements within (XEP-0124 §7, §8).</summary>
internal sealed class BoshBody
{
    // Weakly typed clients count with doubles (§14.1).
    private const long MaxRid = 9_007_199_254_740_991;

    private readonly Dictionary<string, string> _attributes;
    private readonly Dictionary<string, string> _prefixes;

    private readonly byte[] _bytes;
    private readonly Range _name;
    private readonly int _start;

    private BoshBody(byte[] bytes, in StartTag tag, Dictionary<string, string> attributes, Dictionary<string, string> prefixes)
    {
        (_bytes, _attributes, _prefixes) = (bytes, attributes, prefixes);
        _name = tag.NameStart..(tag.NameStart + tag.NameLength);
        _start = tag.IsEmpty ? bytes.Length : tag.End;
    }

    public long Rid { get; private init; }

    /// <summary>Bytes of the request.</summary>
    public int Length => _bytes.Length;

    /// <summary>What was within, up to the first fault; nothing before <see cref="ReadPayloads"/>.</summary>
    public IReadOnlyList<Stanza> Payloads { get; private set; } = [];

    /// <summary>What is wrong with what was within; the stream ends with it.</summary>
    public XmppStreamException? Fault { get; private set; }

    public string? Sid => this["sid"];

    public string? Key => this["key"];

    public string? NewKey => this["newkey"];

    public bool IsTerminate => this["type"] == "terminate";

    /// <summary>The client wants a new stream (XEP-0206 §5).</summary>
    public bool IsRestart => Xmpp("restart") is "true" or "1";

    /// <summary>Seconds that the client wants to be silent for; null where it does not ask.</summary>
    public int? Pause => Number("pause");

    /// <summary>True where the request carries nothing, and asks for nothing.</summary>
    public bool IsEmpty => Payloads.Count == 0 && Fault is null && !IsTerminate && !IsRestart && Pause is null;

    /// <summary>An attribute of no namespace; null where it is not given.</summary>
    public string? this[string name] => _attributes.GetValueOrDefault(name);

    /// <summary>The header of the stream that this opens, in a first request or with a restart.</summary>
    public StreamHeader Header => StreamHeader.Of(this["to"], this["from"], Xmpp("version") ?? "1.0", this["xml:lang"]);

    /// <summary>Reads the wrapper of a request: enough to know whose it is. What is within, or whether it is whole, does not matter yet.</summary>
    /// <returns>Null where there is no wrapper, or one that says nothing that can be answered.</returns>
    public static BoshBody? Parse(byte[] bytes, XmlLimits limits)
    {
        try
        {
            var start = StreamHeader.SkipDeclaration(bytes);
            if (start >= bytes.Length || bytes[start] != '<') return null;

            var tag = StartTag.Read(bytes, start, new AttributeSpan[limits.MaxAttributes], limits.MaxNameBytes);
            StreamHeader.CheckTag(bytes.AsSpan(start..(tag.End - (tag.IsEmpty ? 2 : 1))), limits);
            var (attributes, prefixes) = ReadAttributes(bytes, tag);
            var ns = tag.PrefixLength == 0 ? attributes.GetValueOrDefault("xmlns") : prefixes.GetValueOrDefault(XmlTokens.Decode(tag.Prefix(bytes)));
            if (ns != BoshNames.Namespace || !tag.LocalName(bytes).SequenceEqual("body"u8)) return null;
            if (!long.TryParse(attributes.GetValueOrDefault("rid"), NumberStyles.None, CultureInfo.InvariantCulture, out var rid) || rid is < 1 or > MaxRid) return null;

            return new(bytes, tag, attributes, prefixes) { Rid = rid };
        }
        catch (XmppStreamException)
        {
            return null;
        }
    }

    /// <summary>Reads what is within, once it is known whose it is. Faults are told by <see cref="Fault"/>.</summary>
    /// <param name="limits">Of each element.</param>
    /// <param name="most">How many elements there may be.</param>
    public void ReadPayloads(XmlLimits limits, int most)
    {
        if (_start == _bytes.Length) return;

        var payloads = new List<Stanza>();
        Fault = ReadPayloads(limits, most, payloads);
        Payloads = payloads;
    }

    /// <summary>The request is not looked into; the stream ends with this.</summary>
    public void Refuse(XmppStreamException fault) => Fault = fault;

    public int? Number(string name) =>
        int.TryParse(this[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private string? Xmpp(string name) =>
        _prefixes.Where(p => p.Value == BoshNames.XmppNamespace).Select(p => this[$"{p.Key}:{name}"]).FirstOrDefault(v => v is not null);

    private static (Dictionary<string, string> Attributes, Dictionary<string, string> Prefixes) ReadAttributes(byte[] bytes, in StartTag tag)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        var prefixes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var attribute in tag.Attributes)
        {
            var (name, value) = (XmlTokens.Decode(attribute.Name(bytes)), XmlTokens.Decode(attribute.Value(bytes)));
            if (name.StartsWith("xmlns:", StringComparison.Ordinal)) prefixes[name[6..]] = value;
            else attributes[name] = value;
        }

        return (attributes, prefixes);
    }

    // Many clients leave the namespace of a stanza out, as if there were a stream around it.
    private StreamHeader Scope() =>
        StreamHeader.Scope(this["xmlns"] is null or BoshNames.Namespace ? XmppNames.ClientNamespace : this["xmlns"]!, _prefixes);

    private XmppStreamException? ReadPayloads(XmlLimits limits, int most, List<Stanza> payloads)
    {
        var (scope, framer, at) = (Scope(), new StanzaFramer(limits, isInStream: true), _start);
        try
        {
            while (true)
            {
                while (at < _bytes.Length && StanzaFramer.IsSpace(_bytes[at])) at++;
                var rest = _bytes.AsMemory(at);
                if (rest.Span.StartsWith("</"u8)) return CheckEnd(rest.Span[2..], _bytes.AsSpan(_name));
                if (framer.Read(new ReadOnlySequence<byte>(rest), out var length) != FrameKind.Element) return XmppStreamException.NotWellFormed("The body does not end.");
                if (payloads.Count == most) return XmppStreamException.Policy($"A body has more than {most} elements (xmpp:bosh:maxBodyElements).");
                payloads.Add(StanzaParser.Parse(rest[..length].ToArray(), scope, limits));
                at += length;
            }
        }
        catch (XmppStreamException fault)
        {
            return fault;
        }
    }

    private static XmppStreamException? CheckEnd(ReadOnlySpan<byte> end, ReadOnlySpan<byte> name)
    {
        var isEnd = end.StartsWith(name) && end[name.Length..].Trim(" \t\r\n"u8).SequenceEqual(">"u8);
        return isEnd ? null : XmppStreamException.NotWellFormed("The body does not end with its end tag.");
    }
}
