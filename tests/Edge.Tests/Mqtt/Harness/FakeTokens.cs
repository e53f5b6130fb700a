using Edge.Identity.Tokens;

namespace Edge.Tests.Mqtt.Harness;

/// <summary>Tokens by name, without signatures: what the broker does with an answer is tested here, not how it is found.</summary>
internal sealed class FakeTokens(TimeProvider clock) : ITokenService
{
    private readonly Dictionary<string, TokenClaims> _tokens = [];
    private readonly HashSet<string> _revoked = [];

    public event Action<string>? Revoked;

    /// <summary>A token for <paramref name="subject"/> with scopes like <c>rw a/#</c>.</summary>
    public string Issue(string subject, params string[] scopes) => IssueFor(TimeSpan.FromHours(1), subject, scopes);

    public string IssueFor(TimeSpan lifetime, string subject, params string[] scopes) =>
        Issue(subject, subject, [.. scopes.Select(Parse)], lifetime).Value;

    public AccessToken Issue(string subject, string clientId, IReadOnlyList<TopicScope> scopes, TimeSpan? lifetime = null)
    {
        var expires = clock.GetUtcNow() + (lifetime ?? TimeSpan.FromHours(1));
        var value = $"token-{_tokens.Count}-{subject}";
        _tokens[value] = new(value, subject, clientId, scopes, expires);
        return new(value, expires);
    }

    public TokenValidation Validate(string token)
    {
        if (!_tokens.TryGetValue(token, out var claims)) return new(null, TokenError.Invalid);
        if (claims.ExpiresAt <= clock.GetUtcNow()) return new(null, TokenError.Expired);
        return _revoked.Contains(claims.ClientId) ? new(null, TokenError.Revoked) : new(claims, TokenError.None);
    }

    public Task<string> IssueRefreshAsync(string subject, string clientId, IReadOnlyList<TopicScope> scopes, CancellationToken cancel = default) =>
        throw new NotSupportedException();

    public Task<AccessToken?> RefreshAsync(string refreshToken, string clientId, CancellationToken cancel = default) => throw new NotSupportedException();

    public Task RevokeClientAsync(string clientId, CancellationToken cancel = default)
    {
        _revoked.Add(clientId);
        Revoked?.Invoke(clientId);
        return Task.CompletedTask;
    }

    private static TopicScope Parse(string scope)
    {
        var (access, filter) = (scope.Split(' ')[0], scope.Split(' ')[1]);
        return new((access.Contains('r') ? TopicAccess.Read : 0) | (access.Contains('w') ? TopicAccess.Write : 0), filter);
    }
}
