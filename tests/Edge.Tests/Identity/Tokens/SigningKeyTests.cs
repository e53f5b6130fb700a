using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using Edge.Identity.Tokens;
using Edge.Storage.Memory;
using Edge.TestKit;

namespace Edge.Tests.Identity.Tokens;

public sealed class SigningKeyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // What another program does with a token: the shape of RFC 7515 appendix A.3.
    [Fact]
    public async Task Whoever_has_the_published_key_can_check_a_token()
    {
        using var folder = new TempFolder();
        await using var host = await IdentityHost.StartAsync(folder);
        var parts = host.Get<ITokenService>().Issue("s", "c", []).Value.Split('.');
        using var jwks = JsonDocument.Parse(host.Get<SigningKey>().Jwks);
        using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]));
        var jwk = Assert.Single(jwks.RootElement.GetProperty("keys").EnumerateArray());
        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new() { X = Base64Url.DecodeFromChars(jwk.GetProperty("x").GetString()), Y = Base64Url.DecodeFromChars(jwk.GetProperty("y").GetString()) },
        });

        Assert.Equal(["ES256", "at+jwt"], new[] { "alg", "typ" }.Select(name => header.RootElement.GetProperty(name).GetString()!));
        Assert.Equal(jwk.GetProperty("kid").GetString(), header.RootElement.GetProperty("kid").GetString());
        Assert.True(key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256));
        Assert.Equal(64, Base64Url.DecodeFromChars(parts[2]).Length);
    }

    [Fact]
    public async Task The_key_id_is_the_thumbprint_of_the_key()
    {
        using var folder = new TempFolder();
        await using var host = await IdentityHost.StartAsync(folder);
        using var jwks = JsonDocument.Parse(host.Get<SigningKey>().Jwks);
        var jwk = jwks.RootElement.GetProperty("keys")[0];

        // RFC 7638 §3: the required members in the order of their names, without spaces.
        var canonical = $$"""{"crv":"P-256","kty":"EC","x":"{{jwk.GetProperty("x").GetString()}}","y":"{{jwk.GetProperty("y").GetString()}}"}""";
        Assert.Equal(Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(canonical))), jwk.GetProperty("kid").GetString());
    }

    [Fact]
    public async Task The_key_is_made_once_and_kept_encrypted()
    {
        using var folder = new TempFolder();
        await using var storage = new MemoryStorage();
        await using var first = await IdentityHost.StartAsync(folder, storage);
        await using var second = await IdentityHost.StartAsync(folder, storage);
        var kept = await storage.Open<SigningKey.StoredKey>("keys").FindAsync("signing", Cancel);
        using var key = ECDsa.Create();

        Assert.Equal(first.Get<SigningKey>().Jwks, second.Get<SigningKey>().Jwks);
        Assert.ThrowsAny<CryptographicException>(() => key.ImportPkcs8PrivateKey(kept!.Pkcs8, out _));
    }

    [Fact]
    public async Task Many_threads_may_use_it_at_once()
    {
        using var folder = new TempFolder();
        await using var host = await IdentityHost.StartAsync(folder);
        var tokens = host.Get<ITokenService>();

        var errors = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => tokens.Validate(tokens.Issue("s", "c", []).Value).Error, Cancel)));

        Assert.All(errors, error => Assert.Equal(TokenError.None, error));
    }
}
