using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

using Edge.Identity.Tokens;
using Edge.Storage.Memory;
using Edge.TestKit;

namespace Edge.Tests.Identity.Tokens;

/// <summary>Tokens that somebody made or changed (RFC 8725).</summary>
public sealed class HostileTokenTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private IdentityHost _host = null!;
    private string _token = "";

    private ITokenService Tokens => _host.Get<ITokenService>();

    private SigningKey Key => _host.Get<SigningKey>();

    public async ValueTask InitializeAsync()
    {
        _host = await IdentityHost.StartAsync(_folder, new MemoryStorage());
        _token = Tokens.Issue("romeo@edge.local", "client", [new(TopicAccess.Read, "a/#")]).Value;
    }

    [Fact]
    public void A_token_changed_at_any_character_is_refused()
    {
        for (var i = 0; i < _token.Length; i++)
        {
            foreach (var other in "Az09-_.=+/ \n")
            {
                if (other == _token[i]) continue;
                Assert.Equal(TokenError.Invalid, Tokens.Validate(_token[..i] + other + _token[(i + 1)..]).Error);
            }

            Assert.Equal(TokenError.Invalid, Tokens.Validate(_token.Remove(i, 1)).Error);
            Assert.Equal(TokenError.Invalid, Tokens.Validate(_token[..i]).Error);
        }

        Assert.Equal(TokenError.None, Tokens.Validate(_token).Error);
    }

    [Theory]
    [InlineData("{\"alg\":\"none\",\"typ\":\"at+jwt\"}")]
    [InlineData("{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}")]
    [InlineData("{\"alg\":\"es256\",\"typ\":\"at+jwt\"}")]
    public void Another_algorithm_is_refused_whoever_signed(string header)
    {
        var signed = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header)) + "." + _token.Split('.')[1];
        var publicKey = Encoding.UTF8.GetBytes(Key.Jwks);

        Assert.Equal(TokenError.Invalid, Tokens.Validate(signed + ".").Error);
        // The old trick: the public key, which everybody has, used as the secret of an HMAC.
        Assert.Equal(TokenError.Invalid, Tokens.Validate($"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(publicKey, Encoding.UTF8.GetBytes(signed)))}").Error);
        Assert.Equal(TokenError.Invalid, Tokens.Validate(Sign(header, Payload())).Error);
    }

    [Theory]
    [InlineData("typ", "JWT")] // an id token, say, made with the same key
    [InlineData("kid", "other")]
    public void A_header_that_says_something_else_is_refused_though_it_is_signed(string member, string value)
    {
        var header = $$"""{"alg":"ES256","typ":"at+jwt","kid":"{{Key.Id}}","{{member}}":"{{value}}"}""";

        Assert.Equal(TokenError.Invalid, Tokens.Validate(Sign(header, Payload())).Error);
    }

    [Theory]
    [InlineData("\"iss\":\"https://edge.local\"", "\"iss\":7")]
    [InlineData("\"aud\":\"edge-mqtt\"", "\"aud\":[\"edge-mqtt\"]")]
    [InlineData("\"sub\":\"s\",", "")]
    [InlineData("\"client_id\":\"c\",", "")]
    [InlineData("\"jti\":\"i\"", "\"jti\":null")]
    [InlineData("\"exp\":4000000000", "\"exp\":\"4000000000\"")]
    [InlineData("\"exp\":4000000000", "\"exp\":1e300")]
    [InlineData("\"exp\":4000000000", "\"exp\":-1")]
    [InlineData("\"exp\":4000000000", "\"exp\":9223372036854775807")]
    [InlineData("\"nbf\":0,", "")]
    [InlineData("\"iat\":0,", "")]
    [InlineData("{", "[{")]
    [InlineData("{", "{\"deep\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    [InlineData("\"sub\":\"s\"", "\"sub\":\"\\ud800\"")]
    public void A_payload_that_lacks_or_bends_a_claim_is_refused_though_it_is_signed(string from, string to)
    {
        Assert.Equal(TokenError.None, Tokens.Validate(Sign(Header(), Payload())).Error);
        Assert.Equal(TokenError.Invalid, Tokens.Validate(Sign(Header(), Payload().Replace(from, to, StringComparison.Ordinal))).Error);
    }

    [Fact]
    public async Task A_token_beyond_the_limit_is_not_looked_at()
    {
        await using var small = await IdentityHost.StartAsync(_folder, new MemoryStorage(), null, ("maxTokenBytes", "512"));
        var tokens = small.Get<ITokenService>();
        var fits = tokens.Issue("s", "c", []).Value;
        var payload = Payload().Replace("\"sub\":\"s\"", $"\"sub\":\"{new string('s', 300)}\"", StringComparison.Ordinal);

        Assert.Equal(TokenError.None, tokens.Validate(fits).Error);
        Assert.Equal(TokenError.Invalid, tokens.Validate(Sign(small.Get<SigningKey>(), $$"""{"alg":"ES256","typ":"at+jwt","kid":"{{small.Get<SigningKey>().Id}}"}""", payload)).Error);
    }

    [Fact]
    public void Random_tokens_are_refused_and_never_throw()
    {
        var random = new Random(7519);
        const string Letters = "abcXYZ019-_.=+/{}\"\\ \0\n\u00e9\ud800";
        for (var i = 0; i < 5000; i++)
        {
            var text = new StringBuilder(random.Next(3) == 0 ? "" : _token[..random.Next(_token.Length)]);
            for (var length = random.Next(1, 80); length > 0; length--) text.Append(Letters[random.Next(Letters.Length)]);
            Assert.Equal(TokenError.Invalid, Tokens.Validate(text.ToString()).Error);
        }
    }

    [Fact]
    public void Random_payloads_with_a_good_signature_never_throw()
    {
        var random = new Random(7515);
        const string Letters = "{}[]\",:0123456789.eE-\\u d8tnrf\0\u00e9";
        for (var i = 0; i < 2000; i++)
        {
            var payload = new StringBuilder(Payload());
            for (var changes = random.Next(1, 6); changes > 0; changes--) payload[random.Next(payload.Length)] = Letters[random.Next(Letters.Length)];
            Assert.True(Tokens.Validate(Sign(Header(), payload.ToString())) is { Claims: null } or { Error: TokenError.None });
        }
    }

    private string Header() => $$"""{"alg":"ES256","typ":"at+jwt","kid":"{{Key.Id}}"}""";

    private static string Payload() =>
        """{"iss":"https://edge.local","sub":"s","aud":"edge-mqtt","client_id":"c","iat":0,"nbf":0,"exp":4000000000,"jti":"i","scope":""}""";

    private string Sign(string header, string payload) => Sign(Key, header, payload);

    private static string Sign(SigningKey key, string header, string payload)
    {
        var signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}";
        return $"{signed}.{Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }
}
