using Edge.Identity.Tokens;
using Edge.Storage;
using Edge.Storage.Memory;
using Edge.TestKit;

namespace Edge.Tests.Identity.Tokens;

public sealed class TokenServiceTests : IAsyncLifetime
{
    private static readonly TopicScope[] Scopes =
        [new(TopicAccess.Write, "edge/v1/esp32-a1/up/#"), new(TopicAccess.Read, "edge/v1/esp32-a1/down/#"), new(TopicAccess.ReadWrite, "caf\u00e9/+")];

    private readonly TempFolder _folder = new();
    private readonly MemoryStorage _storage = new();
    private IdentityHost _host = null!;

    private ITokenService Tokens => _host.Get<ITokenService>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await IdentityHost.StartAsync(_folder, _storage, null, ("clockToleranceSeconds", "0"));

    [Fact]
    public void What_was_issued_is_read_back()
    {
        var token = Tokens.Issue("romeo@edge.local", "client 1", Scopes);

        var (claims, error) = Tokens.Validate(token.Value);

        Assert.Equal(TokenError.None, error);
        Assert.Equal(("romeo@edge.local", "client 1"), (claims!.Subject, claims.ClientId));
        Assert.Equal(Scopes, claims.Scopes);
        Assert.Equal(_host.Clock.GetUtcNow().AddHours(1), claims.ExpiresAt);
        Assert.Equal(token.ExpiresAt, claims.ExpiresAt);
    }

    [Fact]
    public void No_two_tokens_have_the_same_id() =>
        Assert.Equal(100, Enumerable.Range(0, 100).Select(_ => Tokens.Validate(Tokens.Issue("s", "c", []).Value).Claims!.Id).Distinct().Count());

    [Fact]
    public void A_token_is_good_to_the_last_second_of_its_life()
    {
        var token = Tokens.Issue("s", "c", [], TimeSpan.FromSeconds(60)).Value;

        _host.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(TokenError.None, Tokens.Validate(token).Error);
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TokenError.Expired, Tokens.Validate(token).Error);
    }

    [Fact]
    public async Task A_token_from_the_future_has_to_wait()
    {
        var ahead = new ManualClock(_host.Clock.GetUtcNow().AddSeconds(10));
        await using var other = await IdentityHost.StartAsync(_folder, _storage, ahead);
        var token = other.Get<ITokenService>().Issue("s", "c", []).Value;

        Assert.Equal(TokenError.NotYetValid, Tokens.Validate(token).Error);
        _host.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(TokenError.None, Tokens.Validate(token).Error);
    }

    [Fact]
    public async Task A_clock_may_differ_by_the_tolerance()
    {
        await using var host = await IdentityHost.StartAsync(_folder, _storage, null, ("clockToleranceSeconds", "30"));
        var tokens = host.Get<ITokenService>();
        var token = tokens.Issue("s", "c", [], TimeSpan.FromSeconds(60)).Value;

        host.Clock.Advance(TimeSpan.FromSeconds(89));
        Assert.Equal(TokenError.None, tokens.Validate(token).Error);
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TokenError.Expired, tokens.Validate(token).Error);
    }

    [Fact]
    public async Task Revocation_ends_what_was_issued_and_not_what_is_issued_next()
    {
        List<string> revoked = [];
        Tokens.Revoked += revoked.Add;
        var (old, others) = (Tokens.Issue("s", "node", []).Value, Tokens.Issue("s", "another", []).Value);

        await Tokens.RevokeClientAsync("node", Cancel);

        Assert.Equal(TokenError.Revoked, Tokens.Validate(old).Error);
        Assert.Equal(TokenError.None, Tokens.Validate(others).Error);
        // In the same second, and good at once: a node is trusted anew right after its old trust ended.
        Assert.Equal(TokenError.None, Tokens.Validate(Tokens.Issue("s", "node", []).Value).Error);
        Assert.Equal(["node"], revoked);
    }

    [Fact]
    public async Task Revocations_outlive_a_restart()
    {
        var token = Tokens.Issue("s", "node", []).Value;
        await Tokens.RevokeClientAsync("node", Cancel);

        await using var again = await IdentityHost.StartAsync(_folder, _storage, _host.Clock);
        Assert.Equal(TokenError.Revoked, again.Get<ITokenService>().Validate(token).Error);
    }

    [Fact]
    public async Task Tokens_outlive_a_restart()
    {
        var token = Tokens.Issue("s", "node", Scopes).Value;
        var refresh = await Tokens.IssueRefreshAsync("s", "node", Scopes, Cancel);

        await using var again = await IdentityHost.StartAsync(_folder, _storage, _host.Clock);
        Assert.Equal(TokenError.None, again.Get<ITokenService>().Validate(token).Error);
        Assert.NotNull(await again.Get<ITokenService>().RefreshAsync(refresh, "node", Cancel));
    }

    [Fact]
    public async Task Another_gateways_token_is_refused()
    {
        using var elsewhere = new TempFolder();
        await using var other = await IdentityHost.StartAsync(elsewhere, clock: _host.Clock);

        Assert.Equal(TokenError.Invalid, Tokens.Validate(other.Get<ITokenService>().Issue("s", "c", []).Value).Error);
    }

    [Theory]
    [InlineData("issuer", "https://other.example")]
    [InlineData("audience", "another-service")]
    public async Task A_token_of_another_issuer_or_for_somebody_else_is_refused(string key, string value)
    {
        await using var other = await IdentityHost.StartAsync(_folder, _storage, _host.Clock, (key, value));

        Assert.Equal(TokenError.Invalid, Tokens.Validate(other.Get<ITokenService>().Issue("s", "c", []).Value).Error);
    }

    [Fact]
    public void A_token_that_no_broker_would_read_is_not_issued()
    {
        var tooMany = Enumerable.Range(0, 60).Select(i => new TopicScope(TopicAccess.Read, $"some/rather/long/topic/{i}/#")).ToArray();

        var error = Assert.Throws<ArgumentException>(() => Tokens.Issue("s", "c", tooMany));
        Assert.Contains("identity:maxTokenBytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refresh_token_stays_the_same_and_belongs_to_one_client()
    {
        var refresh = await Tokens.IssueRefreshAsync("s", "node", Scopes, Cancel);

        for (var i = 0; i < 3; i++)
        {
            var token = await Tokens.RefreshAsync(refresh, "node", Cancel);
            Assert.Equal(Scopes, Tokens.Validate(token!.Value).Claims!.Scopes);
        }

        Assert.Null(await Tokens.RefreshAsync(refresh, "node2", Cancel));
        Assert.Null(await Tokens.RefreshAsync(refresh, "node/..", Cancel));
        Assert.Null(await Tokens.RefreshAsync(refresh + "A", "node", Cancel));
        Assert.Null(await Tokens.RefreshAsync("", "node", Cancel));
        Assert.Null(await Tokens.RefreshAsync(new('x', 100_000), "node", Cancel));
        Assert.Null(await Tokens.RefreshAsync("\ud800\0", "\ud800\0", Cancel));
    }

    [Fact]
    public async Task Revocation_takes_the_refresh_tokens_of_that_client_only()
    {
        var (mine, others) = (await Tokens.IssueRefreshAsync("s", "node", [], Cancel), await Tokens.IssueRefreshAsync("s", "node2", [], Cancel));

        await Tokens.RevokeClientAsync("node", Cancel);

        Assert.Null(await Tokens.RefreshAsync(mine, "node", Cancel));
        Assert.NotNull(await Tokens.RefreshAsync(others, "node2", Cancel));
    }

    [Fact]
    public async Task A_revocation_that_cannot_be_stored_takes_nothing()
    {
        await using var full = new FullStorage(_storage);
        await using var host = await IdentityHost.StartAsync(_folder, full, _host.Clock);
        var tokens = host.Get<ITokenService>();
        var (token, refresh) = (tokens.Issue("s", "node", []).Value, await tokens.IssueRefreshAsync("s", "node", [], Cancel));

        full.IsFull = true;
        await Assert.ThrowsAsync<StorageException>(() => tokens.RevokeClientAsync("node", Cancel));

        Assert.Equal(TokenError.None, tokens.Validate(token).Error);
        Assert.NotNull(await tokens.RefreshAsync(refresh, "node", Cancel));
    }

    [Fact]
    public async Task A_refresh_token_is_kept_as_a_hash_only()
    {
        var refresh = await Tokens.IssueRefreshAsync("s", "node", [], Cancel);

        var kept = Assert.Single(await _storage.Open<TokenService.Grant>("refresh-tokens").ListAsync(cancel: Cancel).ToListAsync(Cancel));

        Assert.DoesNotContain(refresh, kept.ToString(), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    private sealed class FullStorage(IStorage inner) : IStorage
    {
        public bool IsFull { get; set; }

        public IStore<T> Open<T>(string name) where T : class => inner.Open<T>(name);

        public ValueTask CommitAsync(StoreBatch batch, CancellationToken cancel = default) =>
            IsFull ? throw new StorageException("The disk is full.") : inner.CommitAsync(batch, cancel);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
