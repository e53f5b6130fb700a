namespace Edge.Identity.Tokens;

/// <summary>What a valid access token says (RFC 9068).</summary>
public sealed record TokenClaims(string Id, string Subject, string ClientId, IReadOnlyList<TopicScope> Scopes, DateTimeOffset ExpiresAt)
{
    /// <summary>When it was issued; revocations and changes of scope hold for what was issued before them. The beginning of time where its issuer does not
    /// say, so that they all hold.</summary>
    public DateTimeOffset IssuedAt { get; init; } = DateTimeOffset.MinValue;

    /// <summary>From when it is good.</summary>
    public DateTimeOffset NotBefore { get; init; } = DateTimeOffset.MinValue;

    /// <summary>When whoever relies on it for longer should ask again, because its issuer may have taken it back; null for never: revocations of ours are
    /// told (<see cref="IBearerTokens.Changed"/>).</summary>
    public DateTimeOffset? CheckAgainAt { get; init; }

    /// <summary>How long one may rely on it when asking again brings <see cref="TokenError.Unavailable"/>.</summary>
    public DateTimeOffset KeepUntil { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>True where only its issuer can read it: asking again takes the token itself.</summary>
    public bool IsOpaque { get; init; }

    /// <summary>True where another issuer made it.</summary>
    public bool IsForeign { get; init; }

    /// <summary>True where its scopes are not those that it came with (<see cref="ITokenScopes"/>).</summary>
    public bool AreScopesChanged { get; init; }

    /// <summary>By how much the clock of its issuer may differ.</summary>
    internal TimeSpan Tolerance { get; init; }

    /// <summary>Says whether its issuer still trusts the key that it is signed with; null for our own.</summary>
    internal Func<bool>? IsTrusted { get; init; }
}

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

    /// <summary>Whoever could tell does not answer: nobody is let in on a guess.</summary>
    Unavailable,
}

/// <summary>The outcome of checking a token: claims, or an error.</summary>
/// <param name="Claims">What it says; null where it is refused.</param>
/// <param name="Error">Why it is refused.</param>
public readonly record struct TokenValidation(TokenClaims? Claims, TokenError Error)
{
    /// <summary>A refusal with what exactly is wrong.</summary>
    public TokenValidation(TokenClaims? claims, TokenError error, string? detail)
        : this(claims, error) => Detail = detail;

    /// <summary>What exactly is wrong, for the log and never for the client; null where the error says it all.</summary>
    public string? Detail { get; init; }
}

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

/// <summary>Changes what tokens may do that are out already.</summary>
public interface ITokenScopes
{
    /// <summary>Gives every token of a client that was issued until now, and what its refresh tokens will bring, other scopes; live sessions follow
    /// (see <see cref="IBearerTokens.Changed"/>).</summary>
    Task ChangeScopesAsync(string clientId, IReadOnlyList<TopicScope> scopes, CancellationToken cancel = default);

    /// <summary>Raised with the client id after its scopes were changed.</summary>
    event Action<string>? ScopesChanged;
}

/// <summary>Takes tokens back by whose authority they carry.</summary>
public interface ITokenSubjects
{
    /// <summary>Takes back every token of ours that was issued for a subject, refresh tokens included, whichever client has it.</summary>
    /// <param name="subject">A bare address, as it was issued; compared without regard to case.</param>
    /// <param name="cancel">Gives up.</param>
    Task RevokeSubjectAsync(string subject, CancellationToken cancel = default);
}
