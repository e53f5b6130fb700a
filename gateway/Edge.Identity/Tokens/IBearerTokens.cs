namespace Edge.Identity.Tokens;

/// <summary>
/// Judges whatever somebody shows as a bearer token: one of ours, a JWT of a configured foreign issuer (<c>identity:issuers</c>), or an opaque token that
/// an endpoint knows (<c>identity:introspection</c>, RFC 7662). What was found good is remembered, so that a thousand clients that come back at once do
/// not cost a thousand signatures.
/// </summary>
public interface IBearerTokens
{
    /// <summary>Checks a token. Completes at once where it is known; else signature or question run on the thread pool.</summary>
    /// <param name="token">The token.</param>
    /// <param name="userName">What the client gave as its user name beside it; it chooses the introspection endpoint, so that nobody's password is
    /// shown to one (see <see cref="IsOpaque"/>). Null for none.</param>
    /// <param name="cancel">Gives up the wait.</param>
    ValueTask<TokenValidation> ValidateAsync(string token, string? userName = null, CancellationToken cancel = default);

    /// <summary>True for what has the shape of a JWT: it is judged as a token, whoever shows it.</summary>
    bool IsJwt(string token);

    /// <summary>True where a secret given with this user name is an opaque token for an introspection endpoint, and no password.</summary>
    bool IsOpaque(string? userName);

    /// <summary>What claims that were good are now: changed scopes, or an error. No I/O.</summary>
    TokenValidation Recheck(TokenClaims claims);

    /// <summary>Raised with the client id whose tokens were taken back or have other scopes now: ask <see cref="Recheck"/> for its live sessions.</summary>
    event Action<string>? Changed;
}
