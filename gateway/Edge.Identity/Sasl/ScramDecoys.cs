using System.Security.Cryptography;
using System.Text;

using Edge.Identity.Accounts;
using Edge.Storage;

using Microsoft.Extensions.Options;

namespace Edge.Identity.Sasl;

/// <summary>Keys for names that nobody has, so that a stranger cannot tell them from accounts (RFC 5802 §9). The salt of a name is always the same,
/// after a restart, too: a real one is.</summary>
public sealed class ScramDecoys
{
    private const string Name = "seed";
    private const int SeedBytes = 32;
    private const int SaltBytes = 16;

    private readonly IStore<Seed>? _seeds;
    private readonly int _iterations;
    private byte[] _seed = RandomNumberGenerator.GetBytes(SeedBytes);

    /// <summary>Decoys whose seed is kept in the storage; <see cref="LoadAsync"/> reads it.</summary>
    public ScramDecoys(IStorage storage, IOptions<IdentityOptions> options)
        : this(options.Value.ScramIterations) => _seeds = storage.Open<Seed>("scram-decoys");

    /// <summary>Decoys that stay the same until this object goes, with <paramref name="iterations"/> like the accounts'.</summary>
    internal ScramDecoys(int iterations) => _iterations = iterations;

    /// <summary>Reads the seed, or keeps the new one.</summary>
    internal async Task LoadAsync(CancellationToken cancel)
    {
        if (_seeds is null) return;

        if (await _seeds.FindAsync(Name, cancel).ConfigureAwait(false) is { } kept) _seed = kept.Bytes;
        else await _seeds.SaveAsync(Name, new(_seed), cancel).ConfigureAwait(false);
    }

    /// <summary>Keys that no password leads to.</summary>
    internal ScramKeys KeysFor(string name, ScramMechanism mechanism)
    {
        var salt = HMACSHA256.HashData(_seed, Encoding.UTF8.GetBytes($"{mechanism.Name} {name.ToLowerInvariant()}"))[..SaltBytes];
        return new(salt, _iterations, RandomNumberGenerator.GetBytes(mechanism.HashBytes), RandomNumberGenerator.GetBytes(mechanism.HashBytes));
    }

    internal sealed record Seed(byte[] Bytes);
}
