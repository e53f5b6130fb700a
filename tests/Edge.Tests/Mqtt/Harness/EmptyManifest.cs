using Edge.Identity.Devices;

namespace Edge.Tests.Mqtt.Harness;

/// <summary>A factory manifest that knows no node.</summary>
internal sealed class EmptyManifest : IDeviceSecrets
{
    public Task AddAsync(FactoryDevice device, CancellationToken cancel = default) => Task.CompletedTask;

    public ValueTask<FactoryDevice?> FindAsync(string nodeId, CancellationToken cancel = default) => new((FactoryDevice?)null);

    public ValueTask<bool> VerifyAsync(string nodeId, ReadOnlyMemory<byte> challenge, ReadOnlyMemory<byte> response, CancellationToken cancel = default) =>
        new(false);
}
