using System.Collections.Concurrent;

using Edge.Identity.Tokens;

namespace Edge.Tests.Mqtt.Harness;

/// <summary>Tokens by name, without signatures: what the broker does with an answer is tested here, not how it is found.
/// A test issues tokens while the broker judges others on its threads.</summary>
internal sealed class FakeTokens(TimeProvider clock) : ITokenService, IBearerTokens, ITokenScopes
{
    private readonly ConcurrentDictionary<string, TokenClaims> _tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _revoked = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IReadOnlyList<TopicScope>> _changed = new(StringComparer.Ordinal);
    private int _issued;

    public event Action<string>? Revoked;

    public event Action<string>? Changed;

    public event Action<string>? ScopesChanged;

    /// <summary>Is asked before every answer; a test's way to claims that no token of ours has, or to an issuer that is away.</summary>
    public Func<string, TokenValidation?>? Foreign { get; set; }

    /// <summary>A token for <paramref name="subject"/> with scopes like <c>rw a/#</c>.</summary>
    public string Issue(string subject, params string[] scopes) => IssueFor(TimeSpan.FromHours(1), subject, scopes);

    public string IssueFor(TimeSpan lifetime, string subject, params string[] scopes) =>
        Issue(subject, subject, [.. scopes.Select(Parse)], lifetime).Value;

    public AccessToken Issue(string subject, string clientId, IReadOnlyList<TopicScope> scopes, TimeSpan? lifetime = null)
    {
        var expires = clock.GetUtcNow() + (lifetime ?? TimeSpan.FromHours(1));
        var value = $"token-{Interlocked.Increment(ref _issued) - 1}-{subject}";
        _tokens[value] = new(value, subject, clientId, scopes, expires);
        return new(value, expires);
    }

    public TokenValidation Validate(string token)
    {
        if (Foreign?.Invoke(token) is { } foreign) return foreign;
        return _tokens.TryGetValue(token, out var claims) ? Recheck(claims) : new(null, TokenError.Invalid);
    }

    public ValueTask<TokenValidation> ValidateAsync(string token, string? userName = null, CancellationToken cancel = default) => new(Validate(token));

    public bool IsJwt(string token) => token.StartsWith("token-", StringComparison.Ordinal);

    public bool IsOpaque(string? userName) => userName == "opaque";

    public TokenValidation Recheck(TokenClaims claims)
    {
        if (_revoked.ContainsKey(claims.ClientId)) return new(null, TokenError.Revoked);
        if (claims.ExpiresAt <= clock.GetUtcNow()) return new(null, TokenError.Expired);
        return new(_changed.TryGetValue(claims.ClientId, out var scopes) ? claims with { Scopes = scopes, AreScopesChanged = true } : claims, TokenError.None);
    }

    /// <summary>Other scopes, like <c>rw a/#</c>, for the tokens of a client that are out.</summary>
    public Task ChangeScopesAsync(string clientId, params string[] scopes) => ChangeScopesAsync(clientId, [.. scopes.Select(Parse)]);

    public Task ChangeScopesAsync(string clientId, IReadOnlyList<TopicScope> scopes, CancellationToken cancel = default)
    {
        _changed[clientId] = scopes;
        ScopesChanged?.Invoke(clientId);
        Changed?.Invoke(clientId);
        return Task.CompletedTask;
    }

    public Task<string> IssueRefreshAsync(string subject, string clientId, IReadOnlyList<TopicScope> scopes, CancellationToken cancel = default) =>
        throw new NotSupportedException();

    public Task<AccessToken?> RefreshAsync(string refreshToken, string clientId, CancellationToken cancel = default) => throw new NotSupportedException();

    public Task RevokeClientAsync(string clientId, CancellationToken cancel = default)
    {
        _revoked[clientId] = true;
        Revoked?.Invoke(clientId);
        Changed?.Invoke(clientId);
        return Task.CompletedTask;
    }

    private static TopicScope Parse(string scope)
    {
        var (access, filter) = (scope.Split(' ')[0], scope.Split(' ')[1]);
        return new((access.Contains('r') ? TopicAccess.Read : 0) | (access.Contains('w') ? TopicAccess.Write : 0), filter);
    }
}
