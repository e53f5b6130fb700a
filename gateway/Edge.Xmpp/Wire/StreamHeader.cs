using System.Text.RegularExpressions;

namespace Edge.Xmpp.Wire;

/// <summary>The start tag of a stream (RFC 6120 §4.7): what is said there stays in scope for everything on the stream.</summary>
internal sealed partial class StreamHeader
{
    private static readonly KeyValuePair<string, string>[] OnlyStream = [new("stream", XmppNames.StreamNamespace)];

    /// <summary>The header that a stream has where nothing special is asked; what our own writers assume.</summary>
    public static StreamHeader Plain { get; } = new();

    private static readonly StreamHeader Nowhere = Scope("", []);

    public string Namespace { get; private init; } = XmppNames.StreamNamespace;

    public string Name { get; private init; } = "stream";

    public string DefaultNamespace { get; private init; } = XmppNames.ClientNamespace;

    /// <summary>Prefixes declared on the stream.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Prefixes { get; private init; } = OnlyStream;

    public string? To { get; private init; }

    public string? From { get; private init; }

    public string? Id { get; private init; }

    public string? Version { get; private init; }

    public string? Language { get; private init; }

    /// <summary>The header of a stream that has no start tag: WebSocket and BOSH say the same in words of their own.</summary>
    public static StreamHeader Of(string? to, string? from, string? version, string? language) =>
        new() { To = to, From = from, Version = version, Language = language };

    /// <summary>The namespaces around elements that come without a stream.</summary>
    public static StreamHeader Scope(string defaultNamespace, IEnumerable<KeyValuePair<string, string>> prefixes) =>
        new() { DefaultNamespace = defaultNamespace, Prefixes = [.. prefixes] };

    public string? FindPrefix(string prefix)
    {
        foreach (var (name, value) in Prefixes)
        {
            if (name == prefix) return value;
        }

        return null;
    }

    /// <summary>Reads a header with the XML declaration before it, if any.</summary>
    /// <exception cref="XmppStreamException">It is not well formed, or over a limit.</exception>
    public static StreamHeader Parse(ReadOnlySpan<byte> bytes, XmlLimits limits)
    {
        XmlTokens.CheckCharacters(bytes);
        var start = SkipDeclaration(bytes);
        CheckTag(bytes[start..^1], limits);
        var tag = StartTag.Read(bytes, start, new AttributeSpan[limits.MaxAttributes], limits.MaxNameBytes);
        var prefixes = new List<KeyValuePair<string, string>>();
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var attribute in tag.Attributes)
        {
            var name = XmlTokens.Decode(attribute.Name(bytes));
            var value = XmlTokens.Decode(attribute.Value(bytes));
            if (name.StartsWith("xmlns:", StringComparison.Ordinal)) prefixes.Add(new(name[6..], value));
            else values[name] = value;
        }

        var prefix = XmlTokens.Decode(tag.Prefix(bytes));
        var ns = values.GetValueOrDefault("xmlns", "");
        var declared = prefixes.Find(p => p.Key == prefix).Value;
        if (prefix.Length > 0 && declared is null)
            throw new XmppStreamException(StreamErrors.BadNamespacePrefix, "The prefix of the stream is not declared.");

        return new()
        {
            Namespace = prefix.Length > 0 ? declared! : ns,
            Name = XmlTokens.Decode(tag.LocalName(bytes)),
            DefaultNamespace = ns,
            Prefixes = prefixes is [{ Key: "stream", Value: XmppNames.StreamNamespace }] ? OnlyStream : prefixes,
            To = values.GetValueOrDefault("to"),
            From = values.GetValueOrDefault("from"),
            Id = values.GetValueOrDefault("id"),
            Version = values.GetValueOrDefault("version"),
            Language = values.GetValueOrDefault("xml:lang"),
        };
    }

    /// <summary>Checks a start tag, without its end, by the rules of every element: names, prefixes, attributes.</summary>
    public static void CheckTag(ReadOnlySpan<byte> tag, XmlLimits limits) => StanzaParser.Parse([.. tag, .. "/>"u8], Nowhere, limits);

    /// <summary>The first byte behind the XML declaration, where there is one.</summary>
    /// <exception cref="XmppStreamException">It declares what is not spoken here.</exception>
    public static int SkipDeclaration(ReadOnlySpan<byte> bytes) => bytes.StartsWith("<?"u8) ? CheckDeclaration(bytes) : 0;

    /// <summary>XMPP is UTF-8 and XML 1.0, nothing else (RFC 6120 §11.5, §11.6).</summary>
    private static int CheckDeclaration(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("?>"u8);
        if (end < 0 || !(bytes.StartsWith("<?xml"u8) && StanzaFramer.IsSpace(bytes[5]))) throw XmppStreamException.Restricted("Processing instructions are not allowed.");

        var declaration = Declaration().Match(XmlTokens.Decode(bytes[..(end + 2)]));
        if (!declaration.Success) throw XmppStreamException.NotWellFormed("The XML declaration is not one.");
        if (declaration.Groups["encoding"] is { Success: true, Value: var encoding } && !encoding.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            throw new XmppStreamException(StreamErrors.UnsupportedEncoding, "XMPP is spoken in UTF-8.");

        var start = end + 2;
        while (start < bytes.Length && StanzaFramer.IsSpace(bytes[start])) start++;
        return start;
    }

    // XML 1.0 §2.8; white space has become blanks.
    [GeneratedRegex(
        """^<\?xml +version *= *(?<q>['"])1\.[0-9]+\k<q>( +encoding *= *(?<r>['"])(?<encoding>[A-Za-z][A-Za-z0-9._-]*)\k<r>)?( +standalone *= *(?<s>['"])(yes|no)\k<s>)? *\?>$""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Declaration();
}
