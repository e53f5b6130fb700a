using System.Buffers.Text;
using System.Text;
using System.Text.Json;

using Microsoft.Extensions.Options;

namespace Edge.Identity.Tokens;

/// <summary>Takes a compact JWT apart (RFC 7519, RFC 9068) and checks everything but revocation. One algorithm is accepted: what a token says of
/// itself decides nothing (RFC 8725 §3.1).</summary>
internal sealed class TokenReader(SigningKey key, IOptions<IdentityOptions> options, TimeProvider clock)
{
    private const int SignatureBytes = 64;

    /// <summary>The claims with the time of issue, or why the token is refused.</summary>
    public (TokenClaims? Claims, DateTimeOffset IssuedAt, TokenError Error) Read(string token)
    {
        if (token.Length > options.Value.MaxTokenBytes || !Ascii.IsValid(token)) return Invalid;

        var dot = token.LastIndexOf('.');
        var first = token.IndexOf('.', StringComparison.Ordinal);
        if (first <= 0 || dot <= first + 1) return Invalid;

        Span<byte> signature = stackalloc byte[SignatureBytes];
        if (!TryDecode(token.AsSpan(dot + 1), signature, out var length) || length != SignatureBytes) return Invalid;
        if (!key.Verify(Encoding.ASCII.GetBytes(token[..dot]), signature)) return Invalid;

        var header = new byte[first];
        var payload = new byte[dot - first - 1];
        if (!TryDecode(token.AsSpan(0, first), header, out var headerLength) || !TryDecode(token.AsSpan(first + 1, dot - first - 1), payload, out var payloadLength)) return Invalid;

        try
        {
            using var head = JsonDocument.Parse(header.AsMemory(0, headerLength));
            using var body = JsonDocument.Parse(payload.AsMemory(0, payloadLength));
            return Text(head.RootElement, "alg") == TokenWriter.Algorithm && Text(head.RootElement, "typ") == TokenWriter.Type && Text(head.RootElement, "kid") == key.Id
                ? Check(body.RootElement)
                : Invalid;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return Invalid;
        }
    }

    private static (TokenClaims?, DateTimeOffset, TokenError) Invalid => (null, default, TokenError.Invalid);

    private (TokenClaims?, DateTimeOffset, TokenError) Check(JsonElement body)
    {
        if (Text(body, "iss") != options.Value.Issuer || Text(body, "aud") != options.Value.Audience) return Invalid;
        if (Text(body, "jti") is not { } id || Text(body, "sub") is not { } subject || Text(body, "client_id") is not { } client) return Invalid;
        if (Time(body, "exp") is not { } expires || Time(body, "nbf") is not { } notBefore || Time(body, "iat") is not { } issued) return Invalid;
        if (TopicScopeText.Decode(Text(body, "scope") ?? "") is not { } scopes) return Invalid;

        var now = clock.GetUtcNow();
        var tolerance = TimeSpan.FromSeconds(options.Value.ClockToleranceSeconds);
        if (now >= expires + tolerance) return (null, issued, TokenError.Expired);
        if (now < notBefore - tolerance) return (null, issued, TokenError.NotYetValid);

        return (new(id, subject, client, scopes, expires), issued, TokenError.None);
    }

    private static string? Text(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static DateTimeOffset? Time(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds) && seconds is >= 0 and < 253_402_300_800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    // Strict: without padding, and only the one spelling of each value, so that a token cannot be respelled.
    private static bool TryDecode(ReadOnlySpan<char> text, Span<byte> into, out int length)
    {
        length = 0;
        if (text.Contains('=') || !Base64Url.IsValid(text, out var decoded) || decoded > into.Length) return false;

        length = Base64Url.DecodeFromChars(text, into);
        Span<char> again = text.Length <= 128 ? stackalloc char[text.Length] : new char[text.Length];
        return Base64Url.TryEncodeToChars(into[..length], again, out var written) && again[..written].SequenceEqual(text);
    }
}
