using Edge.Identity.Tokens;
using Edge.Identity.Tokens.Foreign;
using Edge.TestKit;

namespace Edge.Tests.Identity.Tokens.Foreign;

/// <summary>How a foreign issuer's keys are fetched, kept and withdrawn.</summary>
public sealed class IssuerKeysTests
{
    private readonly SigningParty _first = SigningParty.Make("1");
    private readonly SigningParty _second = SigningParty.Make("2");

    [Fact]
    public async Task The_keys_are_fetched_once_for_a_storm_of_clients()
    {
        await using var host = await ForeignHost.StartAsync();
        host.Server.Show(_first);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => host.ValidateAsync(_first.Token(host.Claims(("jti", $"{i}"))))));

        Assert.All(answers, a => Assert.Equal(TokenError.None, a.Error));
        Assert.Equal(1, host.Server.JwksRequests);
    }

    [Fact]
    public async Task A_new_key_is_seen_at_its_first_token()
    {
        await using var host = await ForeignHost.StartAsync();
        host.Server.Show(_first);
        await host.ValidateAsync(_first.Token(host.Claims()));
        host.Server.Show(_first, _second);
        host.Clock.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(TokenError.None, (await host.ValidateAsync(_second.Token(host.Claims()))).Error);
    }

    [Fact]
    public async Task Made_up_key_ids_do_not_hammer_the_issuer()
    {
        await using var host = await ForeignHost.StartAsync();
        host.Server.Show(_first);
        await host.ValidateAsync(_first.Token(host.Claims()));

        for (var i = 0; i < 20; i++)
            Assert.Equal(TokenError.Invalid, (await host.ValidateAsync(SigningParty.Make($"made-up-{i}").Token(host.Claims()))).Error);

        Assert.Equal(1, host.Server.JwksRequests); // the first was just now: refreshSeconds
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        for (var i = 0; i < 20; i++) await host.ValidateAsync(SigningParty.Make($"made-up-{i}").Token(host.Claims()));
        Assert.Equal(2, host.Server.JwksRequests);
    }

    [Fact]
    public async Task A_withdrawn_key_ends_remembered_tokens_too()
    {
        await using var host = await ForeignHost.StartAsync(("cacheMinutes", "1"));
        host.Server.Show(_first);
        var token = _first.Token(host.Claims());
        var claims = (await host.ValidateAsync(token)).Claims!;
        host.Server.Show(_second);
        host.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(TokenError.None, host.Tokens.Recheck(claims).Error); // asks behind the scenes, and answers by what it knows
        await Eventually.HoldsAsync(() => host.Tokens.Recheck(claims).Error == TokenError.Invalid);

        Assert.Contains("withdrawn", (await host.ValidateAsync(token)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_issuer_that_is_down_keeps_its_last_keys_for_a_while_and_no_longer()
    {
        await using var host = await ForeignHost.StartAsync(("cacheMinutes", "1"), ("keepMinutes", "5"));
        host.Server.Show(_first);
        await host.ValidateAsync(_first.Token(host.Claims()));
        host.Server.Status = 503;

        host.Clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(TokenError.None, (await host.ValidateAsync(_first.Token(host.Claims()))).Error);
        await Eventually.HoldsAsync(() => host.Log.Any(line => line.Contains("status 503", StringComparison.Ordinal))); // asked behind the scenes
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        var refused = await host.ValidateAsync(_first.Token(host.Claims()));

        Assert.Equal(TokenError.Unavailable, refused.Error);
        Assert.Contains("status 503", refused.Detail, StringComparison.Ordinal);
        Assert.Contains(host.Log, line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("check jwksUri", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_issuer_that_never_answered_lets_nobody_in_and_is_not_hammered()
    {
        await using var host = await ForeignHost.StartAsync();
        host.Server.Status = 500;

        for (var i = 0; i < 5; i++) Assert.Equal(TokenError.Unavailable, (await host.ValidateAsync(_first.Token(host.Claims()))).Error);

        Assert.Equal(1, host.Server.JwksRequests);
        host.Server.Status = 200;
        host.Server.Show(_first);
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(TokenError.None, (await host.ValidateAsync(_first.Token(host.Claims()))).Error);
    }

    [Fact]
    public async Task A_slow_issuer_is_given_up_after_its_time()
    {
        await using var host = await ForeignHost.StartAsync(("timeoutSeconds", "3"));
        host.Server.Delay = new TaskCompletionSource().Task;
        var asked = host.ValidateAsync(_first.Token(host.Claims()));
        await Eventually.HoldsAsync(() => host.Server.JwksRequests == 1);

        host.Clock.Advance(TimeSpan.FromSeconds(3));

        var refused = await asked;
        Assert.Equal(TokenError.Unavailable, refused.Error);
        Assert.Contains("within 3 s", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_oversized_key_set_is_not_read_to_its_end()
    {
        await using var host = await ForeignHost.StartAsync(("maxJwksBytes", "2048"));
        host.Server.Jwks = $$"""{"keys":[{{_first.Jwk}}],"filler":"{{new string('x', 1_000_000)}}"}""";

        Assert.Contains("more than 2048 bytes", (await host.ValidateAsync(_first.Token(host.Claims()))).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var host = await ForeignHost.StartAsync();
        host.Server.Show(_first);
        host.Server.Status = 302;

        Assert.Equal(TokenError.Unavailable, (await host.ValidateAsync(_first.Token(host.Claims()))).Error);
        Assert.Equal(1, host.Server.JwksRequests);
    }

    [Fact]
    public async Task Keys_may_come_from_a_file_that_changes()
    {
        using var folder = new TempFolder();
        var file = folder.File("keys.json");
        var cancel = TestContext.Current.CancellationToken;
        await File.WriteAllTextAsync(file, $$"""{"keys":[{{_first.Jwk}}]}""", cancel);
        await using var host = await ForeignHost.StartAsync(("jwksUri", ""), ("jwksFile", file));
        Assert.Equal(TokenError.None, (await host.ValidateAsync(_first.Token(host.Claims()))).Error);

        await File.WriteAllTextAsync(file, $$"""{"keys":[{{_second.Jwk}}]}""", cancel);
        host.Clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(TokenError.None, (await host.ValidateAsync(_second.Token(host.Claims()))).Error);
        Assert.Equal(TokenError.Invalid, (await host.ValidateAsync(_first.Token(host.Claims()))).Error);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"keys\":{}}")]
    [InlineData("{\"keys\":[],\"keys\":[]}")]
    [InlineData("{\"keys\":[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]}")]
    public void What_is_no_key_set_is_none(string json) => Assert.Null(VerificationKeys.Read(System.Text.Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("""{"kty":"oct","kid":"1","k":"c2VjcmV0"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","kid":"1","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","kid":"1","x":"AA","y":"AA"}""")]
    [InlineData("""{"kty":"EC","crv":"P-521","kid":"1","x":"AA","y":"AA"}""")]
    [InlineData("""{"kty":"RSA","kid":"1","n":"AQAB","e":"AQAB"}""")]
    [InlineData("""{"kty":"OKP","crv":"Ed25519","kid":"1","x":"AAAA"}""")]
    [InlineData("""{"kty":7}""")]
    [InlineData("\"key\"")]
    public void A_key_that_is_weak_or_none_is_passed_over(string jwk) =>
        Assert.Equal(0, VerificationKeys.Read(System.Text.Encoding.UTF8.GetBytes($$"""{"keys":[{{jwk}}]}"""))!.Count);

    [Theory]
    [InlineData("\"use\":\"enc\"")]
    [InlineData("\"key_ops\":[\"sign\"]")]
    [InlineData("\"alg\":\"RS256\"")]
    public void A_key_for_another_purpose_is_passed_over(string member) =>
        Assert.Equal(0, VerificationKeys.Read(System.Text.Encoding.UTF8.GetBytes($$"""{"keys":[{{_first.Jwk[..^1]}},{{member}}}]}"""))!.Count);

    [Fact]
    public void A_token_without_key_id_is_good_only_where_one_key_can_have_signed_it()
    {
        var one = VerificationKeys.Read(System.Text.Encoding.UTF8.GetBytes($$"""{"keys":[{{_first.Jwk}}]}"""))!;
        var two = VerificationKeys.Read(System.Text.Encoding.UTF8.GetBytes($$"""{"keys":[{{_first.Jwk}},{{_second.Jwk}}]}"""))!;

        Assert.Equal("1", one.Find(null, "ES256")?.Id);
        Assert.Null(two.Find(null, "ES256"));
        Assert.Equal("2", two.Find("2", "ES256")?.Id);
    }
}
