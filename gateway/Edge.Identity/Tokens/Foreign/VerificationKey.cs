using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Edge.Identity.Tokens.Foreign;

/// <summary>
/// A public key of a foreign issuer (RFC 7517). The key says which algorithms it is for, never the token: a public key cannot be abused as the secret of an
/// HMAC, since symmetric keys are not read at all. RSA keys under 2048 bits are too weak (RFC 7518 §3.3), those over 8192 too slow.
/// </summary>
internal sealed class VerificationKey
{
    private const int LeastModulus = 256;
    private const int MostModulus = 1024;
    private const int MostExponent = 4;

    private readonly string[] _algorithms;
    private readonly KeyPool<ECDsa>? _ec;
    private readonly KeyPool<RSA>? _rsa;

    private VerificationKey(string? id, string identity, string[] algorithms, KeyPool<ECDsa>? ec, KeyPool<RSA>? rsa) =>
        (Id, Identity, _algorithms, _ec, _rsa) = (id, identity, algorithms, ec, rsa);

    /// <summary>Every algorithm that is checked here. The framework has no Ed25519.</summary>
    public static IReadOnlyList<string> Algorithms { get; } = ["ES256", "ES384", "RS256", "PS256"];

    /// <summary>Its id (<c>kid</c>), or null.</summary>
    public string? Id { get; }

    /// <summary>The same for the same key with the same id, whenever it was read.</summary>
    public string Identity { get; }

    /// <summary>May it have signed with this algorithm?</summary>
    public bool Fits(string algorithm) => _algorithms.Contains(algorithm, StringComparer.Ordinal);

    /// <summary>Checks a signature. Any thread may.</summary>
    public bool Verify(string algorithm, byte[] data, byte[] signature) => algorithm switch
    {
        "ES256" => VerifyEc(data, signature, HashAlgorithmName.SHA256),
        "ES384" => VerifyEc(data, signature, HashAlgorithmName.SHA384),
        "RS256" => VerifyRsa(data, signature, RSASignaturePadding.Pkcs1),
        "PS256" => VerifyRsa(data, signature, RSASignaturePadding.Pss),
        _ => false,
    };

    /// <summary>Reads a key; null for one that is none, is for something else, or is not safe.</summary>
    public static VerificationKey? Read(JsonElement jwk)
    {
        if (jwk.ValueKind != JsonValueKind.Object || jwk.Text("use") is not (null or "sig") || !MayVerify(jwk)) return null;

        try
        {
            return jwk.Text("kty") switch
            {
                "EC" => ReadEc(jwk),
                "RSA" => ReadRsa(jwk),
                _ => null,
            };
        }
        catch (CryptographicException)
        {
            return null; // a point that is not on the curve, say
        }
    }

    private static bool MayVerify(JsonElement jwk) =>
        !jwk.TryGetProperty("key_ops", out var uses)
        || (uses.ValueKind == JsonValueKind.Array && uses.EnumerateArray().Any(use => use.ValueKind == JsonValueKind.String && use.ValueEquals("verify"u8)));

    private static VerificationKey? ReadEc(JsonElement jwk)
    {
        var (curve, size, algorithm) = jwk.Text("crv") switch
        {
            "P-256" => (ECCurve.NamedCurves.nistP256, 32, "ES256"),
            "P-384" => (ECCurve.NamedCurves.nistP384, 48, "ES384"),
            _ => default,
        };
        if (size == 0 || (jwk.Text("alg") is { } said && said != algorithm)) return null;
        if (Bytes(jwk, "x") is not { } x || Bytes(jwk, "y") is not { } y || x.Length != size || y.Length != size) return null;

        var parameters = new ECParameters { Curve = curve, Q = new() { X = x, Y = y } };
        var pool = new KeyPool<ECDsa>(() => ECDsa.Create(parameters));
        pool.Return(pool.Rent()); // throws now, and not at the first token, where the point is none
        return new(jwk.Text("kid"), Fingerprint(jwk, "crv", "x", "y"), [algorithm], pool, null);
    }

    private static VerificationKey? ReadRsa(JsonElement jwk)
    {
        if (Bytes(jwk, "n") is not { Length: >= LeastModulus and <= MostModulus } n || Bytes(jwk, "e") is not { Length: > 0 and <= MostExponent } e) return null;
        if (n[0] == 0 || e[^1] % 2 == 0 || e is [1]) return null;
        string[] algorithms = jwk.Text("alg") switch
        {
            null => ["RS256", "PS256"],
            "RS256" => ["RS256"],
            "PS256" => ["PS256"],
            _ => [],
        };
        if (algorithms.Length == 0) return null;

        var parameters = new RSAParameters { Modulus = n, Exponent = e };
        var pool = new KeyPool<RSA>(() => RSA.Create(parameters));
        pool.Return(pool.Rent());
        return new(jwk.Text("kid"), Fingerprint(jwk, "n", "e", "alg"), algorithms, null, pool);
    }

    private static byte[]? Bytes(JsonElement jwk, string name) =>
        jwk.Text(name) is { } text && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : null;

    private static string Fingerprint(JsonElement jwk, params string[] members) =>
        string.Join('\n', members.Prepend("kid").Select(member => jwk.Text(member) ?? ""));

    private bool VerifyEc(byte[] data, byte[] signature, HashAlgorithmName hash)
    {
        if (_ec is null) return false;

        var key = _ec.Rent();
        try
        {
            return key.VerifyData(data, signature, hash);
        }
        finally
        {
            _ec.Return(key);
        }
    }

    private bool VerifyRsa(byte[] data, byte[] signature, RSASignaturePadding padding)
    {
        if (_rsa is null) return false;

        var key = _rsa.Rent();
        try
        {
            return key.VerifyData(data, signature, HashAlgorithmName.SHA256, padding);
        }
        finally
        {
            _rsa.Return(key);
        }
    }
}
