using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

using Edge.Storage;

using Microsoft.AspNetCore.DataProtection;

namespace Edge.Identity.Devices;

/// <summary>The factory manifest in the storage; secret and claim key are encrypted, since the proof needs the secret itself.</summary>
internal sealed class FactoryManifest(IStorage storage, IDataProtectionProvider protection) : IDeviceSecrets
{
    private readonly IStore<StoredDevice> _devices = storage.Open<StoredDevice>("factory-manifest");
    private readonly SecretBox _box = new(protection, "Edge.FactoryManifest.v1");
    private readonly byte[] _noSecret = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<string, FactoryDevice> _opened = [];

    public async Task AddAsync(FactoryDevice device, CancellationToken cancel = default)
    {
        var stored = new StoredDevice(_box.Lock(device.Secret), _box.Lock(Encoding.UTF8.GetBytes(device.ClaimKey)), device.Name);
        await _devices.SaveAsync(device.NodeId, stored, cancel).ConfigureAwait(false);
        _opened[device.NodeId] = device;
    }

    public async ValueTask<FactoryDevice?> FindAsync(string nodeId, CancellationToken cancel = default)
    {
        if (_opened.TryGetValue(nodeId, out var known)) return known;
        if (await _devices.FindAsync(nodeId, cancel).ConfigureAwait(false) is not { } stored) return null;

        var device = new FactoryDevice(nodeId, _box.Unlock(stored.Secret), Encoding.UTF8.GetString(_box.Unlock(stored.ClaimKey))) { Name = stored.Name };
        return _opened.GetOrAdd(nodeId, device);
    }

    public async ValueTask<bool> VerifyAsync(string nodeId, ReadOnlyMemory<byte> challenge, ReadOnlyMemory<byte> response, CancellationToken cancel = default)
    {
        var device = await FindAsync(nodeId, cancel).ConfigureAwait(false);
        byte[] text = [.. challenge.Span, .. Encoding.UTF8.GetBytes(nodeId)];
        var expected = HMACSHA256.HashData(device?.Secret ?? _noSecret, text);
        return CryptographicOperations.FixedTimeEquals(expected, response.Span) && device is not null;
    }

    internal sealed record StoredDevice(byte[] Secret, byte[] ClaimKey, string? Name);
}
