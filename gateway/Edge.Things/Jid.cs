using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Edge.Things;

/// <summary>
/// The address of a person, a device or a service: <c>local@domain/resource</c> (RFC 7622), the identity that ownership, rules and
/// questions speak of. Local and domain parts are kept in lower case, so that equal addresses are equal values.
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
        jid = null;
        if (string.IsNullOrEmpty(text)) return false;

        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var resource = slash < 0 ? "" : text[(slash + 1)..];
        var bare = slash < 0 ? text : text[..slash];
        var at = bare.IndexOf('@', StringComparison.Ordinal);
        var local = at < 0 ? "" : bare[..at];
        var domain = at < 0 ? bare : bare[(at + 1)..];

        if ((slash >= 0 && resource.Length == 0) || (at >= 0 && local.Length == 0) || domain.Length == 0) return false;
        if (TooLong(local) || TooLong(domain) || TooLong(resource)) return false;
        if (local.AsSpan().IndexOfAny(ForbiddenInLocal) >= 0 || domain.AsSpan().IndexOfAny(ForbiddenInDomain) >= 0) return false;
        if (HasControl(local) || HasControl(domain) || HasControl(resource)) return false;

        jid = new(local.ToLowerInvariant(), domain.ToLowerInvariant().TrimEnd('.'), resource);
        return jid.Domain.Length > 0;
    }

    /// <inheritdoc/>
    public override string ToString() => (Local.Length, Resource.Length) switch
    {
        (0, 0) => Domain,
        (0, _) => $"{Domain}/{Resource}",
        (_, 0) => $"{Local}@{Domain}",
        _ => $"{Local}@{Domain}/{Resource}",
    };

    // RFC 7622 §3.3.1, with white space.
    private static readonly System.Buffers.SearchValues<char> ForbiddenInLocal =
        System.Buffers.SearchValues.Create("\"&'/:<>@ \t\r\n");

    private static readonly System.Buffers.SearchValues<char> ForbiddenInDomain =
        System.Buffers.SearchValues.Create("\"&'/<>@ \t\r\n");

    private static bool TooLong(string part) => System.Text.Encoding.UTF8.GetByteCount(part) > MaxPartBytes;

    private static bool HasControl(string part)
    {
        foreach (var c in part)
        {
            if (char.IsControl(c)) return true;
        }

        return false;
    }
}

internal sealed class JidJsonConverter : JsonConverter<Jid>
{
    public override Jid? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Jid.TryParse(reader.GetString(), out var jid) ? jid : throw new JsonException("Not an address.");

    public override void Write(Utf8JsonWriter writer, Jid value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
