namespace Edge.Identity.Tokens.Foreign;

/// <summary>Judges the JWTs of one foreign issuer by its keys and our options, and turns its claims into ours.</summary>
internal sealed class ForeignIssuer(IssuerOptions options, IssuerKeys keys, IdentityOptions own, TimeProvider clock)
{
    // RFC 9068 §2.1 wants at+jwt; issuers older than it write JWT or nothing. An id token is told apart by its audience.
    private static readonly string[] Types = ["at+jwt", "application/at+jwt", "JWT"];

    /// <summary>The claims of a token, or why it is refused.</summary>
    public async ValueTask<TokenValidation> ReadAsync(CompactJwt jwt, int bytes, CancellationToken cancel)
    {
        if (bytes > options.MaxTokenBytes) return Refuse($"it is longer than its maxTokenBytes ({options.MaxTokenBytes})");
        if (!options.Allows(jwt.Algorithm)) return Refuse("it is signed with an algorithm that identity:issuers does not allow for it");
        if (jwt.Type is { } type && !Types.Contains(type, StringComparer.OrdinalIgnoreCase)) return Refuse("it is no access token");

        var (key, refusal) = await keys.FindAsync(jwt.KeyId, jwt.Algorithm!, cancel).ConfigureAwait(false);
        if (key is null) return refusal;
        if (!key.Verify(jwt.Algorithm!, jwt.Signed, jwt.Signature)) return Refuse("its signature is wrong");

        try
        {
            return Claims(jwt, key);
        }
        catch (InvalidOperationException)
        {
            return Refuse("a claim is no text"); // half a surrogate pair
        }
    }

    private TokenValidation Claims(CompactJwt jwt, VerificationKey key)
    {
        var body = jwt.Payload;
        if (body.Text("iss") != options.Issuer) return Refuse("it is another issuer's");
        if (!body.IsFor(options.Audience)) return Refuse($"it is not for {options.Audience}");
        if (body.Text(options.SubjectClaim) is not { Length: > 0 } subject) return Refuse($"it has no {options.SubjectClaim}");
        if (body.Time("exp") is not { } expires) return Refuse("it has no time of expiry");
        if (body.Has("nbf") && body.Time("nbf") is null) return Refuse("its nbf is no time");
        if (TopicScopeText.Decode(body.Words(options.ScopeClaim)) is not { } scopes) return Refuse("it has too many topic scopes");

        var client = body.Text(options.ClientIdClaim) ?? body.Text("azp") ?? subject;
        var claims = new TokenClaims(body.Text("jti") ?? "", options.Prefix + subject, options.Prefix + client, scopes, expires)
        {
            IssuedAt = body.Time("iat") ?? DateTimeOffset.MinValue,
            NotBefore = body.Time("nbf") ?? DateTimeOffset.MinValue,
            Tolerance = TimeSpan.FromSeconds(options.ClockToleranceSeconds ?? own.ClockToleranceSeconds),
            IsForeign = true,
            CheckAgainAt = clock.GetUtcNow() + TimeSpan.FromMinutes(options.CacheMinutes),
            IsTrusted = () => keys.Holds(key),
        };
        return new(claims, TokenError.None);
    }

    private TokenValidation Refuse(string detail) => new(null, TokenError.Invalid, $"{options.Name}: {detail}");
}
