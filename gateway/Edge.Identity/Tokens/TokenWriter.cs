using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Edge.Identity.Tokens;

/// <summary>Writes compact JWTs (RFC 7515 §3.1) with the claims of RFC 9068.</summary>
internal static class TokenWriter
{
    /// <summary>The one algorithm: ECDSA with P-256 and SHA-256.</summary>
    public const string Algorithm = "ES256";

    /// <summary>An access token (RFC 9068 §2.1).</summary>
    public const string Type = "at+jwt";

    private const int IdBytes = 12;

    /// <summary>A signed token. <paramref name="issuedAt"/> may lie a second ahead where it must lie behind a revocation; the token is good at once all
    /// the same, hence <paramref name="notBefore"/>.</summary>
    public static string Write(SigningKey key, IdentityOptions options, TokenClaims claims, DateTimeOffset issuedAt, DateTimeOffset notBefore)
    {
        var header = JsonSerializer.SerializeToUtf8Bytes(new { alg = Algorithm, typ = Type, kid = key.Id });
        var payload = JsonSerializer.SerializeToUtf8Bytes(new
        {
            iss = options.Issuer,
            sub = claims.Subject,
            aud = options.Audience,
            client_id = claims.ClientId,
            iat = issuedAt.ToUnixTimeSeconds(),
            nbf = notBefore.ToUnixTimeSeconds(),
            exp = claims.ExpiresAt.ToUnixTimeSeconds(),
            jti = claims.Id,
            scope = TopicScopeText.Encode(claims.Scopes),
        });
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(payload)}";
        return $"{signed}.{Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>A fresh token id (<c>jti</c>).</summary>
    public static string NewId() => Base64Url.EncodeToString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(IdBytes));
}
