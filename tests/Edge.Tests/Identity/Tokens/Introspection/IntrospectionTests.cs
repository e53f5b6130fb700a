using System.Text;

using Edge.Identity.Tokens;
using Edge.TestKit;

namespace Edge.Tests.Identity.Tokens.Introspection;

/// <summary>Opaque tokens, and a server that knows them, or pretends to (RFC 7662).</summary>
public sealed class IntrospectionTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private AuthorizationServer _server = null!;
    private IdentityHost _host = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await AuthorizationServer.StartAsync();
        await StartAsync();
    }

    [Fact]
    public async Task An_active_token_brings_its_claims_and_we_show_who_we_are()
    {
        _server.Answers["opaque"] = Active(("r", "home/#"));

        var claims = (await AskAsync("opaque")).Claims;

        Assert.Equal(("oauth:juliet", "oauth:dashboard"), (claims?.Subject, claims?.ClientId));
        Assert.Equal(new TopicScope(TopicAccess.Read, "home/#"), Assert.Single(claims!.Scopes));
        Assert.True(claims.IsOpaque);
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("edge%20gateway:s%3Acret%25")), _server.LastAuthorization);
    }

    [Fact]
    public async Task Nothing_is_asked_for_another_user_name_than_the_endpoints()
    {
        Assert.False(_host.Get<IBearerTokens>().IsOpaque("juliet"));
        Assert.True(_host.Get<IBearerTokens>().IsOpaque("token"));
        Assert.Equal(TokenError.Invalid, (await AskAsync("my password", "juliet")).Error);
        Assert.Equal(0, _server.Questions);
    }

    [Fact]
    public async Task A_good_answer_is_kept_for_its_time_and_a_revocation_is_seen_after_it()
    {
        _server.Answers["opaque"] = Active();
        for (var i = 0; i < 10; i++) Assert.Equal(TokenError.None, (await AskAsync("opaque")).Error);
        Assert.Equal(1, _server.Questions);
        _server.Answers.Clear();

        _host.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(TokenError.None, (await AskAsync("opaque")).Error);
        _host.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(TokenError.Revoked, (await AskAsync("opaque")).Error);
    }

    [Fact]
    public async Task A_good_answer_is_not_kept_beyond_the_tokens_own_time()
    {
        _server.Answers["opaque"] = Active().Replace("{", $$"""{"exp":{{_host.Clock.GetUtcNow().ToUnixTimeSeconds() + 5}},""", StringComparison.Ordinal);
        Assert.Equal(TokenError.None, (await AskAsync("opaque")).Error);
        _host.Clock.Advance(TimeSpan.FromSeconds(5));

        await AskAsync("opaque");
        Assert.Equal(2, _server.Questions);
        _host.Clock.Advance(TimeSpan.FromSeconds(30)); // the tolerance of the clocks

        Assert.Equal(TokenError.Expired, (await AskAsync("opaque")).Error);
    }

    [Fact]
    public async Task A_bad_answer_is_kept_for_a_while()
    {
        for (var i = 0; i < 10; i++) Assert.Equal(TokenError.Revoked, (await AskAsync("unknown")).Error);
        Assert.Equal(1, _server.Questions);
        _server.Answers["unknown"] = Active();

        _host.Clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(TokenError.None, (await AskAsync("unknown")).Error);
    }

    [Fact]
    public async Task Our_own_revocation_holds_at_once()
    {
        _server.Answers["opaque"] = Active();
        await AskAsync("opaque");

        await _host.Get<ITokenService>().RevokeClientAsync("oauth:dashboard", Cancel);

        Assert.Equal(TokenError.Revoked, (await AskAsync("opaque")).Error);
    }

    [Theory]
    [InlineData("")]
    [InlineData("yes")]
    [InlineData("true")]
    [InlineData("[true]")]
    [InlineData("{}")]
    [InlineData("""{"active":"true","sub":"juliet"}""")]
    [InlineData("""{"active":1,"sub":"juliet"}""")]
    [InlineData("""{"active":null}""")]
    [InlineData("""{"active":false,"active":true,"sub":"juliet"}""")]
    [InlineData("""{"active":true,"sub":"juliet"}{"active":true}""")]
    public async Task Garbage_is_no_yes_and_is_not_kept(string answer)
    {
        _server.Answers["opaque"] = answer;
        Assert.Equal(TokenError.Unavailable, (await AskAsync("opaque")).Error);

        _server.Answers["opaque"] = Active();
        Assert.Equal(TokenError.None, (await AskAsync("opaque")).Error);
        Assert.Contains(_host.Log.Lines, line => line.Contains("check identity:introspection", StringComparison.Ordinal));
        Assert.DoesNotContain("s:cret", string.Join('\n', _host.Log.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"active":true}""")]
    [InlineData("""{"active":true,"sub":7}""")]
    [InlineData("""{"active":true,"sub":"juliet","exp":"never"}""")]
    public async Task An_answer_that_lacks_what_we_need_refuses_the_token(string answer)
    {
        _server.Answers["opaque"] = answer;

        Assert.Equal(TokenError.Invalid, (await AskAsync("opaque")).Error);
    }

    [Fact]
    public async Task The_audience_is_looked_at_where_one_is_configured()
    {
        await StartAsync(("audience", "edge-mqtt"));
        _server.Answers["other"] = Active();
        _server.Answers["ours"] = Active().Replace("{", """{"aud":["x","edge-mqtt"],""", StringComparison.Ordinal);

        Assert.Equal(TokenError.Invalid, (await AskAsync("other")).Error);
        Assert.Equal(TokenError.None, (await AskAsync("ours")).Error);
    }

    [Fact]
    public async Task A_huge_answer_is_not_read_to_its_end()
    {
        _server.Answers["opaque"] = Active().Replace("{", $$"""{"filler":"{{new string('x', 500_000)}}",""", StringComparison.Ordinal);

        var refused = await AskAsync("opaque");

        Assert.Equal(TokenError.Unavailable, refused.Error);
        Assert.Contains("more than 65536 bytes", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slow_endpoint_refuses_after_its_time()
    {
        _server.Answers["opaque"] = Active();
        _server.Delay = new TaskCompletionSource().Task;
        var asked = AskAsync("opaque");
        await Eventually.HoldsAsync(() => _server.Questions == 1);

        _host.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(TokenError.Unavailable, (await asked).Error);
    }

    [Fact]
    public async Task Many_clients_with_one_token_ask_once()
    {
        _server.Answers["opaque"] = Active();
        var open = new TaskCompletionSource();
        _server.Delay = open.Task;
        var asked = Enumerable.Range(0, 30).Select(_ => AskAsync("opaque")).ToList();
        await Eventually.HoldsAsync(() => _server.Questions == 1);
        open.SetResult();

        Assert.All(await Task.WhenAll(asked), a => Assert.Equal(TokenError.None, a.Error));
        Assert.Equal(1, _server.Questions);
    }

    [Fact]
    public async Task Many_tokens_ask_a_few_at_a_time()
    {
        await StartAsync(("maxConcurrent", "2"));
        var open = new TaskCompletionSource();
        _server.Delay = open.Task;
        var asked = Enumerable.Range(0, 6).Select(i => AskAsync($"opaque{i}")).ToList();
        await Eventually.HoldsAsync(() => _server.Questions == 2);
        open.SetResult();

        Assert.All(await Task.WhenAll(asked), a => Assert.Equal(TokenError.Revoked, a.Error));
        Assert.Equal((6, 2), (_server.Questions, _server.MostAtOnce));
    }

    [Fact]
    public async Task Who_waits_too_long_for_his_turn_hears_that_the_endpoint_is_unavailable()
    {
        await StartAsync(("maxConcurrent", "1"));
        var open = new TaskCompletionSource();
        _server.Delay = open.Task;
        var asked = Task.WhenAll(Enumerable.Range(0, 3).Select(i => AskAsync($"opaque{i}")));
        await Eventually.HoldsAsync(() =>
        {
            _host.Clock.Advance(TimeSpan.FromSeconds(1)); // again and again: the waits begin when the thread pool gets to them
            return asked.IsCompleted;
        });

        Assert.All(await asked, a => Assert.Equal(TokenError.Unavailable, a.Error));
        open.SetResult();
    }

    [Theory]
    [InlineData(301)]
    [InlineData(401)]
    [InlineData(500)]
    public async Task Another_status_is_a_failure(int status)
    {
        _server.Answers["opaque"] = Active();
        _server.Status = status;

        Assert.Contains($"status {status}", (await AskAsync("opaque")).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_our_secret_nothing_is_asked()
    {
        File.Delete(_folder.File("secret"));

        Assert.Equal(TokenError.Unavailable, (await AskAsync("opaque")).Error);
        Assert.Equal(0, _server.Questions);
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("line\nend")]
    [InlineData("a&token=b")]
    public async Task What_is_no_token_is_not_sent_on(string text)
    {
        Assert.Equal(TokenError.Invalid, (await AskAsync(text)).Error);
        Assert.Equal(0, _server.Questions);
    }

    [Fact]
    public async Task A_jwt_of_an_unknown_issuer_may_be_introspected()
    {
        var token = SigningParty.Make("a").Token(new() { ["iss"] = "https://another.example" });
        _server.Answers[token] = Active();

        Assert.Equal(TokenError.None, (await AskAsync(token)).Error);
        Assert.Equal(TokenError.Invalid, (await AskAsync(token, "juliet")).Error);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private static string Active(params (string, string)[] scopes) =>
        $$"""{"active":true,"sub":"juliet","client_id":"dashboard","scope":"openid {{SigningParty.Scope(scopes)}}"}""";

    private async Task<TokenValidation> AskAsync(string token, string userName = "token") =>
        await _host.Get<IBearerTokens>().ValidateAsync(token, userName, Cancel);

    private async Task StartAsync(params (string Key, string Value)[] more)
    {
        await File.WriteAllTextAsync(_folder.File("secret"), "s:cret%\n", Cancel);
        if (_host is not null) await _host.DisposeAsync();
        _host = await IdentityHost.StartAsync(_folder, settings:
        [
            ("introspection:0:name", "oauth"), ("introspection:0:endpoint", _server.IntrospectionUri), ("introspection:0:clientId", "edge gateway"),
            ("introspection:0:clientSecretFile", _folder.File("secret")), .. more.Select(m => ($"introspection:0:{m.Key}", m.Value)),
        ]);
    }
}
