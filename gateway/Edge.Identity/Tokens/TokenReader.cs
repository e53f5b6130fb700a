using Microsoft.Extensions.Options;

namespace Edge.Identity.Tokens;

/// <summary>Checks the signature and the claims of our own tokens (RFC 7519, RFC 9068); times and revocation are <see cref="TokenJudge"/>'s. One algorithm
/// is accepted: what a token says of itself decides nothing (RFC 8725 §3.1).</summary>
internal sealed class TokenReader(SigningKey key, IOptions<IdentityOptions> options)
{
    /// <summary>The claims, or null for what is no token of ours.</summary>
    public TokenClaims? Read(string token) => CompactJwt.Parse(token, options.Value.MaxTokenBytes) is { } jwt ? Read(jwt) : null;

    /// <summary>The claims, or null for what is no token of ours.</summary>
    public TokenClaims? Read(CompactJwt jwt)
    {
        if (jwt.Algorithm != TokenWriter.Algorithm || jwt.Type != TokenWriter.Type || jwt.KeyId != key.Id) return null;
        if (!key.Verify(jwt.Signed, jwt.Signature)) return null;

        try
        {
            var body = jwt.Payload;
            if (body.Text("iss") != options.Value.Issuer || body.Text("aud") != options.Value.Audience) return null;
            if (body.Text("jti") is not { } id || body.Text("sub") is not { } subject || body.Text("client_id") is not { } client) return null;
            if (body.Time("exp") is not { } expires || body.Time("nbf") is not { } notBefore || body.Time("iat") is not { } issued) return null;
            if (TopicScopeText.Decode(body.Text("scope") ?? "") is not { } scopes) return null;

            return new(id, subject, client, scopes, expires)
            {
                IssuedAt = issued,
                NotBefore = notBefore,
                Tolerance = TimeSpan.FromSeconds(options.Value.ClockToleranceSeconds),
            };
        }
        catch (InvalidOperationException)
        {
            return null; // a text with half a surrogate pair
        }
    }
}
