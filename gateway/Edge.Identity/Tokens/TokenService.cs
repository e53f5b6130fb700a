using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

using Edge.Storage;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Identity.Tokens;

/// <summary>What tokens are made and judged with.</summary>
internal sealed record TokenParts(SigningKey Key, TokenReader Reader, TokenJudge Judge, TokenRevocations Revocations, TokenScopeChanges Changes);

/// <summary>Issues, checks, refreshes and takes back tokens.</summary>
internal sealed partial class TokenService : ITokenService, ITokenScopes, ITokenSubjects
{
    private const int RefreshBytes = 32;
    private const string Grants = "refresh-tokens";

    private readonly SigningKey _key;
    private readonly TokenParts _parts;
    private readonly TokenRevocations _revocations;
    private readonly IStore<Grant> _grants;
    private readonly IdentityOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<TokenService> _logger;

    public TokenService(TokenParts parts, IStorage storage, IOptions<IdentityOptions> options, TimeProvider clock, ILogger<TokenService> logger)
    {
        (_parts, _key, _revocations) = (parts, parts.Key, parts.Revocations);
        _grants = storage.Open<Grant>(Grants);
        (_options, _clock, _logger) = (options.Value, clock, logger);
    }

    public event Action<string>? Revoked;

    public event Action<string>? ScopesChanged;

    public AccessToken Issue(string subject, string clientId, IReadOnlyList<TopicScope> scopes, TimeSpan? lifetime = null)
    {
        var now = _clock.GetUtcNow();
        var issuedAt = WholeSecond(_parts.Changes.EarliestIssue(clientId, _revocations.EarliestIssue(clientId, subject, now)));
        var expiresAt = issuedAt + (lifetime ?? TimeSpan.FromSeconds(_options.AccessTokenSeconds));
        var token = TokenWriter.Write(_key, _options, new(TokenWriter.NewId(), subject, clientId, scopes, expiresAt), issuedAt, notBefore: WholeSecond(now));
        return token.Length <= _options.MaxTokenBytes
            ? new(token, expiresAt)
            : throw new ArgumentException($"A token with these scopes has {token.Length} bytes; identity:maxTokenBytes allows {_options.MaxTokenBytes}.", nameof(scopes));
    }

    public TokenValidation Validate(string token) => _parts.Reader.Read(token) is { } claims ? _parts.Judge.Judge(claims) : new(null, TokenError.Invalid);

    public async Task<string> IssueRefreshAsync(string subject, string clientId, IReadOnlyList<TopicScope> scopes, CancellationToken cancel = default)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RefreshBytes));
        await _grants.SaveAsync(Key(clientId, token), new(subject, scopes, _clock.GetUtcNow()), cancel).ConfigureAwait(false);
        return token;
    }

    public async Task<AccessToken?> RefreshAsync(string refreshToken, string clientId, CancellationToken cancel = default) =>
        refreshToken.Length <= _options.MaxTokenBytes && await _grants.FindAsync(Key(clientId, refreshToken), cancel).ConfigureAwait(false) is { } grant
            ? Issue(grant.Subject, clientId, grant.Scopes)
            : null;

    public async Task RevokeClientAsync(string clientId, CancellationToken cancel = default)
    {
        var batch = new StoreBatch();
        await foreach (var (key, _) in _grants.ListAsync(Prefix(clientId), cancel).ConfigureAwait(false)) batch.Delete(Grants, key);
        // In one: a refresh token that outlived the revocation would bring new access tokens.
        await _revocations.AddAsync(clientId, WholeSecond(_clock.GetUtcNow()), batch, cancel).ConfigureAwait(false);
        LogRevoked(clientId);
        Revoked?.Invoke(clientId);
    }

    public async Task RevokeSubjectAsync(string subject, CancellationToken cancel = default)
    {
        var batch = new StoreBatch();
        List<string> clients = [];
        await foreach (var (key, grant) in _grants.ListAsync(cancel: cancel).ConfigureAwait(false))
        {
            if (!string.Equals(grant.Subject, subject, StringComparison.OrdinalIgnoreCase)) continue;

            batch.Delete(Grants, key);
            clients.Add(Uri.UnescapeDataString(key[..key.IndexOf('/', StringComparison.Ordinal)]));
        }

        await _revocations.AddSubjectAsync(subject, WholeSecond(_clock.GetUtcNow()), batch, cancel).ConfigureAwait(false);
        LogSubjectRevoked(subject, clients.Count);
        foreach (var client in clients.Distinct(StringComparer.Ordinal)) Revoked?.Invoke(client);
    }

    public async Task ChangeScopesAsync(string clientId, IReadOnlyList<TopicScope> scopes, CancellationToken cancel = default)
    {
        var batch = new StoreBatch();
        await foreach (var (key, grant) in _grants.ListAsync(Prefix(clientId), cancel).ConfigureAwait(false)) batch.Save(Grants, key, grant with { Scopes = scopes });
        // In one: a refresh token with the old scopes would bring them back.
        await _parts.Changes.AddAsync(clientId, WholeSecond(_clock.GetUtcNow()), scopes, batch, cancel).ConfigureAwait(false);
        LogScopesChanged(clientId, scopes.Count);
        ScopesChanged?.Invoke(clientId);
    }

    private static DateTimeOffset WholeSecond(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());

    private static string Prefix(string clientId) => Uri.EscapeDataString(clientId) + "/";

    // The hash of a random token is as good as the token for finding it, and useless to whoever reads the store.
    private static string Key(string clientId, string token) => Prefix(clientId) + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    [LoggerMessage(EventId = 1150, Level = LogLevel.Information, Message = "All tokens of {Client} are revoked")]
    private partial void LogRevoked(string client);

    [LoggerMessage(EventId = 1151, Level = LogLevel.Information, Message = "The tokens of {Client} have {Count} other scopes from now on")]
    private partial void LogScopesChanged(string client, int count);

    [LoggerMessage(EventId = 1152, Level = LogLevel.Information, Message = "All tokens of {Subject} are revoked, {Count} refresh tokens among them")]
    private partial void LogSubjectRevoked(string subject, int count);

    internal sealed record Grant(string Subject, IReadOnlyList<TopicScope> Scopes, DateTimeOffset IssuedAt);
}
