using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

using Edge.Things.Addresses;

namespace Edge.Things;

/// <summary>
/// The address of a person, a device or a service: <c>local@domain/resource</c> (RFC 7622), the identity that ownership, rules and
/// questions speak of. Each part is kept in its normal form (PRECIS and IDNA2008), so that equal addresses are equal values.
/// </summary>
[JsonConverter(typeof(JidJsonConverter))]
public sealed record Jid
{
    private const int MaxPartBytes = 1023; // RFC 7622 §3.1

    private Jid(string local, string domain, string resource) => (Local, Domain, Resource) = (local, domain, resource);

    /// <summary>The part before the at sign; empty for a service or a domain.</summary>
    public string Local { get; }

    /// <summary>The domain; never empty.</summary>
    public string Domain { get; }

    /// <summary>The part after the slash; empty in a bare address.</summary>
    public string Resource { get; }

    /// <summary>True where there is no resource.</summary>
    public bool IsBare => Resource.Length == 0;

    /// <summary>This address without its resource.</summary>
    public Jid Bare => IsBare ? this : new(Local, Domain, "");

    /// <summary>This address with another resource.</summary>
    public Jid WithResource(string resource) => new(Local, Domain, resource);

    /// <summary>Reads an address.</summary>
    /// <exception cref="FormatException">The text is not an address.</exception>
    public static Jid Parse(string text) =>
        TryParse(text, out var jid) ? jid : throw new FormatException($"'{text}' is not an address (local@domain/resource).");

    /// <summary>Reads an address; false where the text is not one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Jid? jid)
    {
        jid = text is null ? null : Read(text);
        return jid is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => (Local.Length, Resource.Length) switch
    {
        (0, 0) => Domain,
        (0, _) => $"{Domain}/{Resource}",
        (_, 0) => $"{Local}@{Domain}",
        _ => $"{Local}@{Domain}/{Resource}",
    };

    // RFC 7622 §3.1: what comes behind the first slash is the resource, whatever it holds.
    private static Jid? Read(ReadOnlySpan<char> text)
    {
        var slash = text.IndexOf('/');
        var bare = slash < 0 ? text : text[..slash];
        var at = bare.IndexOf('@');

        var domain = DomainOf(bare[(at + 1)..]);
        if (domain is null) return null;
        var local = at < 0 ? "" : LocalOf(bare[..at]);
        if (local is null) return null;
        var resource = slash < 0 ? "" : ResourceOf(text[(slash + 1)..]);
        return resource is null ? null : new(local, domain, resource);
    }

    private static string? DomainOf(ReadOnlySpan<char> text) => Fits(text) && DomainName.Normalize(text) is { } domain && Fits(domain) ? domain : null;

    private static string? LocalOf(ReadOnlySpan<char> text)
    {
        if (!Fits(text)) return null;
        if (!text.ContainsAnyExcept(InLocal)) return AsciiText.ToLower(text);
        if (System.Text.Ascii.IsValid(text)) return null;

        // What becomes one of the forbidden characters by its width is one.
        return Precis.Username(text) is { } local && Fits(local) && local.AsSpan().IndexOfAny(ForbiddenInLocal) < 0 ? local : null;
    }

    private static string? ResourceOf(ReadOnlySpan<char> text)
    {
        if (!Fits(text)) return null;
        var resource = text.ContainsAnyExcept(InResource) ? Precis.Opaque(text) : text.ToString();
        return resource is not null && resource[0] != ' ' && Fits(resource) ? resource : null; // §3.5, example 18
    }

    // RFC 7622 §3.3.1.
    private const string NotInLocal = "\"&'/:<>@";

    private static readonly SearchValues<char> ForbiddenInLocal = SearchValues.Create(NotInLocal);

    private static readonly SearchValues<char> InLocal = SearchValues.Create(string.Concat(Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c).Except(NotInLocal)));

    private static readonly SearchValues<char> InResource = SearchValues.Create(string.Concat(Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c)));

    private static bool Fits(ReadOnlySpan<char> part) => part.Length is > 0 and <= MaxPartBytes && (part.Length * 3 <= MaxPartBytes || System.Text.Encoding.UTF8.GetByteCount(part) <= MaxPartBytes);
}

internal sealed class JidJsonConverter : JsonConverter<Jid>
{
    public override Jid? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Jid.TryParse(reader.GetString(), out var jid) ? jid : throw new JsonException("Not an address.");

    public override void Write(Utf8JsonWriter writer, Jid value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
