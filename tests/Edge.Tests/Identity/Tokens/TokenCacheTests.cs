using Edge.Identity;
using Edge.Identity.Tokens;
using Edge.Storage.Memory;
using Edge.TestKit;

namespace Edge.Tests.Identity.Tokens;

/// <summary>What is remembered of good tokens, and what changes all the same.</summary>
public sealed class TokenCacheTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private IdentityHost _host = null!;

    private ITokenService Tokens => _host.Get<ITokenService>();

    private IBearerTokens Bearer => _host.Get<IBearerTokens>();

    private ITokenScopes Scopes => _host.Get<ITokenScopes>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await IdentityHost.StartAsync(_folder, new MemoryStorage());

    [Fact]
    public async Task A_known_token_is_answered_at_once_and_without_its_signature()
    {
        var token = Issue();
        await Bearer.ValidateAsync(token, cancel: Cancel);

        var again = Bearer.ValidateAsync(token, cancel: Cancel).AsTask();

        Assert.True(again.IsCompletedSuccessfully);
        Assert.Equal("juliet@edge.local", (await again).Claims?.Subject);
    }

    [Fact]
    public async Task A_known_token_costs_no_memory()
    {
        var token = Issue();
        for (var i = 0; i < 100; i++) await Bearer.ValidateAsync(token, cancel: Cancel);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var good = 0;
        for (var i = 0; i < 1000; i++)
        {
            var answer = Bearer.ValidateAsync(token, cancel: Cancel); // completes here, on this thread
            if (answer.IsCompletedSuccessfully && (await answer).Claims is not null) good++;
        }

        Assert.Equal((1000, 0), (good, (GC.GetAllocatedBytesForCurrentThread() - before) / 1000));
    }

    [Fact]
    public async Task A_remembered_token_still_runs_out()
    {
        var token = Issue(TimeSpan.FromMinutes(1));
        Assert.Equal(TokenError.None, (await Bearer.ValidateAsync(token, cancel: Cancel)).Error);

        _host.Clock.Advance(TimeSpan.FromSeconds(90)); // with the tolerance of the clocks

        Assert.Equal(TokenError.Expired, (await Bearer.ValidateAsync(token, cancel: Cancel)).Error);
    }

    [Fact]
    public async Task A_token_that_is_not_valid_yet_is_remembered_and_becomes_valid()
    {
        var token = Issue();
        _host.Clock.Advance(TimeSpan.FromMinutes(-10));
        Assert.Equal(TokenError.NotYetValid, (await Bearer.ValidateAsync(token, cancel: Cancel)).Error);

        _host.Clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(TokenError.None, (await Bearer.ValidateAsync(token, cancel: Cancel)).Error);
    }

    [Fact]
    public async Task A_remembered_token_is_refused_the_moment_it_is_taken_back()
    {
        var token = Issue();
        var claims = (await Bearer.ValidateAsync(token, cancel: Cancel)).Claims!;
        var told = new List<string>();
        Bearer.Changed += told.Add;

        await Tokens.RevokeClientAsync("phone", Cancel);

        Assert.Equal(TokenError.Revoked, (await Bearer.ValidateAsync(token, cancel: Cancel)).Error);
        Assert.Equal(TokenError.Revoked, Bearer.Recheck(claims).Error);
        Assert.Equal(["phone"], told);
    }

    [Fact]
    public async Task Changed_scopes_hold_for_tokens_that_are_out_and_not_for_later_ones()
    {
        var token = Issue();
        var refresh = await Tokens.IssueRefreshAsync("juliet@edge.local", "phone", [new(TopicAccess.ReadWrite, "a/#")], Cancel);
        var claims = (await Bearer.ValidateAsync(token, cancel: Cancel)).Claims!;
        var told = new List<string>();
        Bearer.Changed += told.Add;

        await Scopes.ChangeScopesAsync("phone", [new(TopicAccess.Read, "b")], Cancel);

        Assert.Equal("b", Assert.Single((await Bearer.ValidateAsync(token, cancel: Cancel)).Claims!.Scopes).Filter);
        Assert.Equal("b", Assert.Single(Bearer.Recheck(claims).Claims!.Scopes).Filter);
        Assert.Equal("b", Assert.Single(Tokens.Validate(token).Claims!.Scopes).Filter);
        Assert.Equal(["phone"], told);
        Assert.Equal("a/#", Assert.Single((await Bearer.ValidateAsync(Issue(), cancel: Cancel)).Claims!.Scopes).Filter);
        var refreshed = (await Tokens.RefreshAsync(refresh, "phone", Cancel))!.Value;
        Assert.Equal("b", Assert.Single(Tokens.Validate(refreshed).Claims!.Scopes).Filter);
    }

    [Fact]
    public async Task Changed_scopes_survive_a_restart()
    {
        var storage = new MemoryStorage();
        await using var before = await IdentityHost.StartAsync(_folder, storage);
        var token = before.Get<ITokenService>().Issue("s", "phone", [new(TopicAccess.Read, "a")]).Value;
        await before.Get<ITokenScopes>().ChangeScopesAsync("phone", [], Cancel);

        await using var after = await IdentityHost.StartAsync(_folder, storage);

        Assert.Empty(after.Get<ITokenService>().Validate(token).Claims!.Scopes);
    }

    [Fact]
    public async Task A_changed_letter_of_a_remembered_token_is_no_hit()
    {
        var token = Issue();
        await Bearer.ValidateAsync(token, cancel: Cancel);
        for (var i = 3; i < token.Length; i += 7)
        {
            var bent = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            Assert.Equal(TokenError.Invalid, (await Bearer.ValidateAsync(bent, cancel: Cancel)).Error);
        }
    }

    [Fact]
    public async Task Many_threads_check_many_tokens()
    {
        var tokens = Enumerable.Range(0, 200).Select(i => Tokens.Issue($"s{i}", $"c{i}", []).Value).ToList();

        var answers = await Task.WhenAll(tokens.Select(t => Task.Run(async () => await Bearer.ValidateAsync(t, cancel: Cancel), Cancel)));

        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"s{i}"), answers.Select(a => a.Claims!.Subject));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10)]
    public void The_cache_never_holds_more_than_it_may(int capacity)
    {
        var cache = new BoundedCache<int, int>(capacity);
        for (var i = 0; i < 1000; i++)
        {
            cache.Set(i, i);
            cache.TryGet(i / 2, out _);
            Assert.True(cache.Count <= capacity + 1, $"{cache.Count}");
        }

        Assert.Equal(capacity > 0, cache.TryGet(999, out _));
        Assert.False(cache.TryGet(3, out _));
    }

    [Fact]
    public void What_is_asked_for_stays()
    {
        var cache = new BoundedCache<int, string>(10);
        cache.Set(-1, "wanted");
        for (var i = 0; i < 100; i++)
        {
            cache.Set(i, "other");
            Assert.True(cache.TryGet(-1, out _));
        }

        cache.Remove(-1);
        Assert.False(cache.TryGet(-1, out _));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    private string Issue(TimeSpan? lifetime = null) => Tokens.Issue("juliet@edge.local", "phone", [new(TopicAccess.ReadWrite, "a/#")], lifetime).Value;
}
