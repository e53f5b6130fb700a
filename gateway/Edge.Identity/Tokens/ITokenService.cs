namespace Edge.Identity.Tokens;

/// <summary>What a valid access token says (RFC 9068).</summary>
public sealed record TokenClaims(string Id, string Subject, string ClientId, IReadOnlyList<TopicScope> Scopes, DateTimeOffset ExpiresAt);

/// <summary>A token as handed to a client.</summary>
public sealed record AccessToken(string Value, DateTimeOffset ExpiresAt);

/// <summary>Why a token is refused.</summary>
public enum TokenError
{
    /// <summary>It is good.</summary>
    None,

    /// <summary>Not a token of ours: shape, signature, issuer or audience.</summary>
    Invalid,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>Its time has not come.</summary>
    NotYetValid,

    /// <summary>It was taken back.</summary>
    Revoked,
}

/// <summary>The outcome of checking a token: claims, or an error.</summary>
public readonly record struct TokenValidation(TokenClaims? Claims, TokenError Error);

/// <summary>Makes and checks access tokens (JWT, ES256) and constant refresh tokens.</summary>
public interface ITokenService
{
    /// <summary>An access token for <paramref name="subject"/> (a bare address or node id) used by <paramref name="clientId"/>.</summary>
    AccessToken Issue(string subject, string clientId, IReadOnlyList<TopicScope> scopes, TimeSpan? lifetime = null);

    /// <summary>Checks shape, signature, issuer, audience, times and revocation.</summary>
    TokenValidation Validate(string token);

    /// <summary>A refresh token for a device: random, stored as a hash, constant until revoked.</summary>
    Task<string> IssueRefreshAsync(string subject, string clientId, IReadOnlyList<TopicScope> scopes, CancellationToken cancel = default);

    /// <summary>A new access token for a refresh token, or null where it is unknown, revoked, or another client's.</summary>
    Task<AccessToken?> RefreshAsync(string refreshToken, string clientId, CancellationToken cancel = default);

    /// <summary>Takes back every token of a client; live sessions end (see <see cref="Revoked"/>).</summary>
    Task RevokeClientAsync(string clientId, CancellationToken cancel = default);

    /// <summary>Raised with the client id after its tokens were taken back.</summary>
    event Action<string>? Revoked;
}
