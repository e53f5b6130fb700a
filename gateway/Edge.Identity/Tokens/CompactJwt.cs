using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Edge.Identity.Tokens;

/// <summary>
/// A compact JWS taken apart (RFC 7515 §3.1); nothing in it is believed before the signature has been checked. Strict: one spelling of each part, so that
/// a token cannot be respelled; no name twice in an object, so that no two readers see different claims; no <c>crit</c>, since we know no extension.
/// </summary>
internal sealed class CompactJwt
{
    private const int MostDepth = 8;
    private const int MostKeyId = 256;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MostDepth, AllowDuplicateProperties = false };

    private CompactJwt(JsonElement header, JsonElement payload, byte[] signed, byte[] signature)
    {
        (Payload, Signed, Signature) = (payload, signed, signature);
        (Algorithm, Type, KeyId) = (header.Text("alg"), header.Text("typ"), header.Text("kid"));
    }

    /// <summary>What the token says it is signed with; decides nothing by itself (RFC 8725 §3.1).</summary>
    public string? Algorithm { get; }

    /// <summary>The kind of token (<c>typ</c>).</summary>
    public string? Type { get; }

    /// <summary>Which key it says it is signed with.</summary>
    public string? KeyId { get; }

    /// <summary>The claims.</summary>
    public JsonElement Payload { get; }

    /// <summary>What the signature covers.</summary>
    public byte[] Signed { get; }

    /// <summary>The signature.</summary>
    public byte[] Signature { get; }

    /// <summary>True for what looks like a JWS: three parts, the first of which begins like a JSON object in base64. Whatever looks so is judged as one.</summary>
    public static bool LooksLike(string token) => token.StartsWith("eyJ", StringComparison.Ordinal) && token.AsSpan().Count('.') == 2;

    /// <summary>Takes a token apart; null where it is none.</summary>
    public static CompactJwt? Parse(string token, int maxBytes)
    {
        if (token.Length > maxBytes || !Ascii.IsValid(token)) return null;

        var first = token.IndexOf('.', StringComparison.Ordinal);
        var last = token.LastIndexOf('.');
        if (first <= 0 || last <= first + 1 || token.AsSpan(first + 1, last - first - 1).Contains('.')) return null;
        if (Decode(token.AsSpan(0, first)) is not { } header || Decode(token.AsSpan(first + 1, last - first - 1)) is not { } payload) return null;
        if (Decode(token.AsSpan(last + 1)) is not { Length: > 0 } signature) return null;

        try
        {
            using var head = JsonDocument.Parse(header, Strict);
            using var body = JsonDocument.Parse(payload, Strict);
            if (head.RootElement.ValueKind != JsonValueKind.Object || body.RootElement.ValueKind != JsonValueKind.Object) return null;
            if (head.RootElement.TryGetProperty("crit", out _)) return null; // RFC 7515 §4.1.11: what is critical must be understood
            var jwt = new CompactJwt(head.RootElement, body.RootElement.Clone(), Encoding.ASCII.GetBytes(token, 0, last), signature);
            return jwt.KeyId?.Length > MostKeyId ? null : jwt;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null; // no JSON, or a text with half a surrogate pair
        }
    }

    private static byte[]? Decode(ReadOnlySpan<char> text)
    {
        if (text.Contains('=') || !Base64Url.IsValid(text, out var length)) return null;

        var bytes = new byte[length];
        Base64Url.DecodeFromChars(text, bytes);
        Span<char> again = text.Length <= 512 ? stackalloc char[text.Length] : new char[text.Length];
        return Base64Url.TryEncodeToChars(bytes, again, out var written) && again[..written].SequenceEqual(text) ? bytes : null;
    }
}
