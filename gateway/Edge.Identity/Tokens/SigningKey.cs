using System.Security.Cryptography;
using System.Text;

using Edge.Storage;

using Microsoft.AspNetCore.DataProtection;

namespace Edge.Identity.Tokens;

/// <summary>The ECDSA P-256 key that signs our tokens, made at first start and kept encrypted. Its id is the RFC 7638 thumbprint of its public part.</summary>
internal sealed class SigningKey(IStorage storage, IDataProtectionProvider protection) : IDisposable
{
    private const string Name = "signing";

    private readonly IStore<StoredKey> _keys = storage.Open<StoredKey>("keys");
    private readonly SecretBox _box = new(protection, "Edge.SigningKey.v1");
    private readonly Lock _lock = new();
    private ECDsa? _key;

    /// <summary>The key's id (<c>kid</c>).</summary>
    public string Id { get; private set; } = "";

    /// <summary>The public part as a JSON Web Key Set (RFC 7517 §5), for others who check our tokens.</summary>
    public string Jwks { get; private set; } = "";

    /// <summary>Reads the key, or makes it.</summary>
    public async Task LoadAsync(CancellationToken cancel)
    {
        var stored = await _keys.FindAsync(Name, cancel).ConfigureAwait(false);
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (stored is null) await _keys.SaveAsync(Name, new(_box.Lock(key.ExportPkcs8PrivateKey())), cancel).ConfigureAwait(false);
        else key.ImportPkcs8PrivateKey(_box.Unlock(stored.Pkcs8), out _);

        var point = key.ExportParameters(includePrivateParameters: false).Q;
        // The members that the thumbprint is made of, in its order (RFC 7638 §3.2).
        var jwk = $"\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"{Base64Url(point.X!)}\",\"y\":\"{Base64Url(point.Y!)}\"";
        Id = Base64Url(SHA256.HashData(Encoding.UTF8.GetBytes($"{{{jwk}}}")));
        Jwks = $"{{\"keys\":[{{{jwk},\"alg\":\"{TokenWriter.Algorithm}\",\"use\":\"sig\",\"kid\":\"{Id}\"}}]}}";
        _key = key;
    }

    /// <summary>Signs: 64 bytes, r and s (RFC 7518 §3.4).</summary>
    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        lock (_lock) return Key.SignData(data, HashAlgorithmName.SHA256);
    }

    /// <summary>Checks a signature.</summary>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        lock (_lock) return Key.VerifyData(data, signature, HashAlgorithmName.SHA256);
    }

    /// <inheritdoc/>
    public void Dispose() => _key?.Dispose();

    private ECDsa Key => _key ?? throw new InvalidOperationException("The signing key is read when the host starts; tokens were used before that.");

    private static string Base64Url(byte[] data) => System.Buffers.Text.Base64Url.EncodeToString(data);

    internal sealed record StoredKey(byte[] Pkcs8);
}
