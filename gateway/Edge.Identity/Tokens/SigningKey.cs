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
    private KeyPool<ECDsa>? _pool;

    /// <summary>The key's id (<c>kid</c>).</summary>
    public string Id { get; private set; } = "";

    /// <summary>The public part as a JSON Web Key Set (RFC 7517 §5), for others who check our tokens.</summary>
    public string Jwks { get; private set; } = "";

    /// <summary>Reads the key, or makes it.</summary>
    public async Task LoadAsync(CancellationToken cancel)
    {
        var stored = await _keys.FindAsync(Name, cancel).ConfigureAwait(false);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (stored is null) await _keys.SaveAsync(Name, new(_box.Lock(key.ExportPkcs8PrivateKey())), cancel).ConfigureAwait(false);
        else key.ImportPkcs8PrivateKey(_box.Unlock(stored.Pkcs8), out _);

        var point = key.ExportParameters(includePrivateParameters: false).Q;
        // The members that the thumbprint is made of, in its order (RFC 7638 §3.2).
        var jwk = $"\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"{Base64Url(point.X!)}\",\"y\":\"{Base64Url(point.Y!)}\"";
        Id = Base64Url(SHA256.HashData(Encoding.UTF8.GetBytes($"{{{jwk}}}")));
        Jwks = $"{{\"keys\":[{{{jwk},\"alg\":\"{TokenWriter.Algorithm}\",\"use\":\"sig\",\"kid\":\"{Id}\"}}]}}";
        var all = key.ExportParameters(includePrivateParameters: true);
        _pool = new(() => ECDsa.Create(all));
    }

    /// <summary>Signs: 64 bytes, r and s (RFC 7518 §3.4). Any thread may.</summary>
    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        var key = Pool.Rent();
        try
        {
            return key.SignData(data, HashAlgorithmName.SHA256);
        }
        finally
        {
            Pool.Return(key);
        }
    }

    /// <summary>Checks a signature. Any thread may.</summary>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        var key = Pool.Rent();
        try
        {
            return key.VerifyData(data, signature, HashAlgorithmName.SHA256);
        }
        finally
        {
            Pool.Return(key);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _pool?.Dispose();

    private KeyPool<ECDsa> Pool => _pool ?? throw new InvalidOperationException("The signing key is read when the host starts; tokens were used before that.");

    private static string Base64Url(byte[] data) => System.Buffers.Text.Base64Url.EncodeToString(data);

    internal sealed record StoredKey(byte[] Pkcs8);
}
