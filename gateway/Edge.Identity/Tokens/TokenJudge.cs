namespace Edge.Identity.Tokens;

/// <summary>What may change about a token after its signature was found good: its time, its revocation, its scopes, and whether its issuer still trusts the
/// key. Quick and without I/O: asked at each use of what a cache knows, and for live sessions.</summary>
internal sealed class TokenJudge(TokenRevocations revocations, TokenScopeChanges changes, TimeProvider clock)
{
    /// <summary>The claims as they are now, or why they are none any more.</summary>
    public TokenValidation Judge(TokenClaims claims)
    {
        if (revocations.Has(claims.ClientId, claims.IssuedAt)) return new(null, TokenError.Revoked);
        // Others' subjects are others' names.
        if (!claims.IsForeign && revocations.HasSubject(claims.Subject, claims.IssuedAt)) return new(null, TokenError.Revoked);
        if (claims.IsTrusted is { } isTrusted && !isTrusted()) return new(null, TokenError.Invalid, "its issuer has withdrawn the key that it is signed with");

        var now = clock.GetUtcNow();
        if (now >= Later(claims.ExpiresAt, claims.Tolerance)) return new(null, TokenError.Expired);
        if (now + claims.Tolerance < claims.NotBefore) return new(null, TokenError.NotYetValid);

        return new(changes.Find(claims.ClientId, claims.IssuedAt) is { } scopes ? claims with { Scopes = scopes, AreScopesChanged = true } : claims, TokenError.None);
    }

    private static DateTimeOffset Later(DateTimeOffset time, TimeSpan by) => time > DateTimeOffset.MaxValue - by ? DateTimeOffset.MaxValue : time + by;
}
