using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

using Edge.Identity.Tokens;
using Edge.TestKit;

namespace Edge.Tests.Identity.Tokens.Foreign;

/// <summary>JWTs of a foreign issuer, good ones and those that somebody bent (RFC 8725).</summary>
public sealed class ForeignTokenTests
{
    [Theory]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    public async Task A_good_token_brings_its_claims_under_the_issuers_prefix(string algorithm)
    {
        await using var host = await ForeignHost.StartAsync();
        var key = SigningParty.Make("a", algorithm);
        host.Server.Show(key);

        var claims = (await host.ValidateAsync(key.Token(host.Claims()))).Claims;

        Assert.NotNull(claims);
        Assert.Equal(("idp:juliet", "idp:dashboard"), (claims.Subject, claims.ClientId));
        Assert.Equal(new TopicScope(TopicAccess.Read, "home/#"), Assert.Single(claims.Scopes));
        Assert.True(claims.IsForeign);
    }

    [Fact]
    public async Task A_foreign_subject_is_a_local_one_only_where_that_is_configured()
    {
        await using var host = await ForeignHost.StartAsync(("subjectPrefix", ""));
        var key = SigningParty.Make("a");
        host.Server.Show(key);

        Assert.Equal("juliet", (await host.ValidateAsync(key.Token(host.Claims()))).Claims?.Subject);
    }

    [Fact]
    public async Task Claims_are_read_where_the_configuration_says_they_are()
    {
        await using var host = await ForeignHost.StartAsync(("subjectClaim", "preferred_username"), ("clientIdClaim", "cid"), ("scopeClaim", "scp"));
        var key = SigningParty.Make("a");
        host.Server.Show(key);
        var scopes = new JsonArray("openid", SigningParty.Scope(("rw", "x")), SigningParty.Scope(("w", "y")));

        var claims = (await host.ValidateAsync(key.Token(host.Claims(("preferred_username", "romeo"), ("cid", "phone"), ("scp", scopes)), "JWT"))).Claims;

        Assert.Equal(("idp:romeo", "idp:phone"), (claims?.Subject, claims?.ClientId));
        Assert.Equal(["x", "y"], claims!.Scopes.Select(s => s.Filter));
    }

    [Theory]
    [InlineData("iss", "\"https://other.example\"", TokenError.Invalid)]
    [InlineData("aud", "\"another-service\"", TokenError.Invalid)]
    [InlineData("aud", "[\"a\",7]", TokenError.Invalid)]
    [InlineData("aud", null, TokenError.Invalid)]
    [InlineData("sub", null, TokenError.Invalid)]
    [InlineData("sub", "\"\"", TokenError.Invalid)]
    [InlineData("sub", "\"\\ud800\"", TokenError.Invalid)]
    [InlineData("exp", null, TokenError.Invalid)]
    [InlineData("exp", "\"soon\"", TokenError.Invalid)]
    [InlineData("exp", "1000", TokenError.Expired)]
    [InlineData("nbf", "4000000000", TokenError.NotYetValid)]
    [InlineData("nbf", "\"now\"", TokenError.Invalid)]
    public async Task A_claim_that_is_wrong_or_missing_refuses_the_token_though_it_is_signed(string claim, string? json, TokenError expected)
    {
        await using var host = await ForeignHost.StartAsync();
        var key = SigningParty.Make("a");
        host.Server.Show(key);
        var payload = host.Claims((claim, json is null ? null : "it")).ToJsonString().Replace("\"it\"", json, StringComparison.Ordinal);
        var header = $$"""{"alg":"ES256","typ":"at+jwt","kid":"a"}""";

        Assert.Equal(TokenError.None, (await host.ValidateAsync(key.Sign(header, host.Claims().ToJsonString()))).Error);
        Assert.Equal(expected, (await host.ValidateAsync(key.Sign(header, payload))).Error);
    }

    [Fact]
    public async Task One_of_several_audiences_may_be_ours()
    {
        await using var host = await ForeignHost.StartAsync();
        var key = SigningParty.Make("a");
        host.Server.Show(key);

        Assert.Equal(TokenError.None, (await host.ValidateAsync(key.Token(host.Claims(("aud", new JsonArray("account", "edge-mqtt")))))).Error);
    }

    [Theory]
    [InlineData("""{"alg":"none","typ":"at+jwt","kid":"a"}""")]
    [InlineData("""{"alg":"None","kid":"a"}""")]
    [InlineData("""{"alg":"es256","kid":"a"}""")]
    [InlineData("""{"alg":"ES384","kid":"a"}""")]
    [InlineData("""{"alg":"RS256","kid":"a"}""")]
    [InlineData("""{"kid":"a"}""")]
    [InlineData("""{"alg":"ES256","kid":"b"}""")]
    [InlineData("""{"alg":"ES256","kid":"../../../dev/null"}""")]
    [InlineData("""{"alg":"ES256","kid":["a"],"kid2":"a","typ":"logout+jwt"}""")]
    [InlineData("""{"alg":"ES256","kid":"a","crit":["exp"],"exp":1}""")]
    [InlineData("""{"alg":"ES256","kid":"a","crit":["b64"],"b64":false}""")]
    [InlineData("""{"alg":"ES256","kid":"a","kid":"a"}""")]
    [InlineData("""{"alg":"HS256","alg":"ES256","kid":"a"}""")]
    [InlineData("""[{"alg":"ES256","kid":"a"}]""")]
    public async Task A_header_that_plays_tricks_is_refused_though_it_is_signed(string header)
    {
        await using var host = await ForeignHost.StartAsync();
        var key = SigningParty.Make("a");
        host.Server.Show(key);

        Assert.Equal(TokenError.Invalid, (await host.ValidateAsync(key.Sign(header, host.Claims().ToJsonString()))).Error);
    }

    [Fact]
    public async Task A_key_in_the_header_or_its_address_is_not_even_looked_at()
    {
        await using var host = await ForeignHost.StartAsync();
        var (real, forger) = (SigningParty.Make("a"), SigningParty.Make("a"));
        host.Server.Show(real);
        await using var evil = await AuthorizationServer.StartAsync();
        evil.Show(forger);
        var header = $$"""{"alg":"ES256","kid":"a","jku":"{{evil.JwksUri}}","x5u":"{{evil.JwksUri}}","jwk":{{forger.Jwk}}}""";

        Assert.Equal(TokenError.Invalid, (await host.ValidateAsync(forger.Sign(header, host.Claims().ToJsonString()))).Error);
        Assert.Equal(0, evil.JwksRequests);
    }

    [Fact]
    public async Task The_public_key_is_no_secret_for_an_hmac()
    {
        await using var host = await ForeignHost.StartAsync();
        var key = SigningParty.Make("a", "RS256");
        host.Server.Show(key);
        var signed = Text("""{"alg":"HS256","typ":"at+jwt","kid":"a"}""") + "." + Text(host.Claims().ToJsonString());
        foreach (var secret in new[] { key.Jwk, host.Server.Jwks, "" })
        {
            var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(signed));
            Assert.Equal(TokenError.Invalid, (await host.ValidateAsync($"{signed}.{Base64Url.EncodeToString(mac)}")).Error);
        }

        Assert.Equal(TokenError.Invalid, (await host.ValidateAsync(signed + ".")).Error);
    }

    [Fact]
    public async Task An_algorithm_that_is_not_allowed_for_the_issuer_is_refused()
    {
        await using var host = await ForeignHost.StartAsync(("algorithms:0", "ES256"));
        var (ec, rsa) = (SigningParty.Make("a"), SigningParty.Make("b", "RS256"));
        host.Server.Show(ec, rsa);

        Assert.Equal(TokenError.None, (await host.ValidateAsync(ec.Token(host.Claims()))).Error);
        Assert.Equal(TokenError.Invalid, (await host.ValidateAsync(rsa.Token(host.Claims()))).Error);
    }

    [Fact]
    public async Task A_foreign_issuer_cannot_make_tokens_of_this_gateway()
    {
        await using var host = await ForeignHost.StartAsync();
        var key = SigningParty.Make("a");
        host.Server.Show(key);

        Assert.Equal(TokenError.Invalid, (await host.ValidateAsync(key.Token(host.Claims(("iss", "https://edge.local"))))).Error);
    }

    [Fact]
    public async Task A_stranger_is_named_in_the_detail_without_line_ends()
    {
        await using var host = await ForeignHost.StartAsync();
        var refused = await host.ValidateAsync(SigningParty.Make("a").Token(host.Claims(("iss", "https://evil\nINFO all is well"))));

        Assert.Equal(TokenError.Invalid, refused.Error);
        Assert.Contains("https://evil?INFO", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_foreign_client_stays_out_and_a_change_of_scope_holds_for_it_too()
    {
        await using var host = await ForeignHost.StartAsync();
        var key = SigningParty.Make("a");
        host.Server.Show(key);
        var token = key.Token(host.Claims());
        var claims = (await host.ValidateAsync(token)).Claims!;

        await ((ITokenScopes)host.Own).ChangeScopesAsync("idp:dashboard", [new(TopicAccess.Write, "other")]);
        Assert.Equal("other", Assert.Single((await host.ValidateAsync(token)).Claims!.Scopes).Filter);
        Assert.Equal("other", Assert.Single(host.Tokens.Recheck(claims).Claims!.Scopes).Filter);

        await host.Own.RevokeClientAsync("idp:dashboard");
        Assert.Equal(TokenError.Revoked, (await host.ValidateAsync(token)).Error);
        Assert.Equal(TokenError.Revoked, host.Tokens.Recheck(claims).Error);
    }

    [Fact]
    public async Task A_token_longer_than_the_issuers_limit_is_refused()
    {
        await using var host = await ForeignHost.StartAsync(("maxTokenBytes", "2100"));
        var key = SigningParty.Make("a");
        host.Server.Show(key);

        Assert.Equal(TokenError.None, (await host.ValidateAsync(key.Token(host.Claims(("x", new string('x', 100)))))).Error);
        Assert.Equal(TokenError.Invalid, (await host.ValidateAsync(key.Token(host.Claims(("x", new string('x', 2000)))))).Error);
    }

    private static string Text(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
