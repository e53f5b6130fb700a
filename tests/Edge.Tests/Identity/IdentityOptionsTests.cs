using Edge.Identity;
using Edge.Identity.Tokens.Foreign;
using Edge.Identity.Tokens.Introspection;

namespace Edge.Tests.Identity;

public sealed class IdentityOptionsTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.True(new IdentityOptionsValidator().Validate(null, new()).Succeeded);

    [Fact]
    public void All_errors_are_told_together_each_with_key_and_remedy()
    {
        var result = new IdentityOptionsValidator().Validate(null, new()
        {
            Issuer = "here",
            Audience = "",
            AccessTokenSeconds = 1,
            ClockToleranceSeconds = -1,
            MaxTokenBytes = 10,
            ScramIterations = 1,
            CodeAttemptsPerMinute = 0,
            MaxAccounts = 0,
            TokenCacheEntries = -1,
            PasswordCacheEntries = -1,
            PasswordChecksAtOnce = 0,
            PasswordChecksWaiting = -1,
            SignInFailuresPerAddress = 0,
            SignInFailuresPerAccount = 0,
        });

        Assert.Equal(14, result.Failures!.Count());
        Assert.All(result.Failures!, failure => Assert.Matches("^identity:[a-zA-Z]+ is .*: give ", failure));
    }

    [Theory]
    [InlineData("http://idp.example/jwks", false)]
    [InlineData("https://idp.example/jwks", true)]
    [InlineData("http://127.0.0.1:8080/jwks", true)]
    [InlineData("http://localhost/jwks", true)]
    [InlineData("https://user:secret@idp.example/jwks", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("/jwks", false)]
    public void A_foreign_server_is_asked_over_tls_or_on_this_machine_only(string uri, bool isGood)
    {
        var options = new IdentityOptions { Issuers = { Issuer(jwksUri: uri) } };

        var result = new IdentityOptionsValidator().Validate(null, options);

        Assert.Equal(isGood, result.Succeeded);
        if (!isGood) Assert.StartsWith($"identity:issuers:0:jwksUri is '{uri}': give an https URI", Assert.Single(result.Failures!), StringComparison.Ordinal);
    }

    [Fact]
    public void A_foreign_issuer_may_not_be_ours_nor_be_there_twice()
    {
        var own = new IdentityOptionsValidator().Validate(null, new() { Issuers = { Issuer(issuer: "https://edge.local") } });
        Assert.Contains("nobody else may make this gateway's own tokens", Assert.Single(own.Failures!), StringComparison.Ordinal);

        var twice = new IdentityOptionsValidator().Validate(null, new() { Issuers = { Issuer(), Issuer() } });
        Assert.Equal(2, twice.Failures!.Count());
    }

    [Fact]
    public void All_errors_of_foreign_parties_are_told_with_their_keys()
    {
        var issuer = new IssuerOptions
        {
            Name = "A",
            JwksUri = "https://x",
            JwksFile = "y",
            SubjectClaim = "",
            CacheMinutes = 0,
            KeepMinutes = 0,
            RefreshSeconds = 0,
            TimeoutSeconds = 0,
            MaxJwksBytes = 0,
            MaxTokenBytes = 0,
            ClockToleranceSeconds = 601,
            Algorithms = { "EdDSA" },
        };
        var endpoint = new IntrospectionOptions
        {
            UserName = "",
            TimeoutSeconds = 0,
            CacheSeconds = 0,
            NegativeCacheSeconds = -1,
            KeepSeconds = -1,
            MaxConcurrent = 0,
            MaxTokenBytes = 0,
            MaxAnswerBytes = 0,
        };

        var failures = new IdentityOptionsValidator().Validate(null, new() { Issuers = { issuer }, Introspection = { endpoint } }).Failures!.ToList();

        Assert.Equal(13, failures.Count(f => f.StartsWith("identity:issuers:0:", StringComparison.Ordinal)));
        Assert.Equal(12, failures.Count(f => f.StartsWith("identity:introspection:0:", StringComparison.Ordinal)));
        Assert.Contains("identity:issuers:0:algorithms has EdDSA: give ES256, ES384, RS256, PS256, or leave it out for all of them.", failures);
        Assert.Contains("identity:introspection:0:cacheSeconds is 0: give 1 to 3600.", failures);
    }

    private static IssuerOptions Issuer(string issuer = "https://idp.example", string jwksUri = "https://idp.example/jwks") =>
        new() { Name = "idp", Issuer = issuer, Audience = "edge-mqtt", JwksUri = jwksUri };
}
