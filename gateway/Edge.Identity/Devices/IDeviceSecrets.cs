using System.Security.Cryptography;

namespace Edge.Identity.Devices;

/// <summary>A line of the factory manifest: what the gateway knows of a node before it meets it. The secret was made when the node was
/// flashed; the claim key is the KEY on its sticker and is another.</summary>
public sealed record FactoryDevice(string NodeId, byte[] Secret, string ClaimKey)
{
    /// <summary>The name people see until the owner gives another.</summary>
    public string? Name { get; init; }

    /// <summary>A node that is about to be flashed: with a new secret and another key for its sticker.</summary>
    public static FactoryDevice Make(string nodeId) => new(nodeId, RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetHexString(20, lowercase: true));
}

/// <summary>The factory manifest: device secrets, kept encrypted at rest.</summary>
public interface IDeviceSecrets
{
    /// <summary>Adds or replaces a node.</summary>
    Task AddAsync(FactoryDevice device, CancellationToken cancel = default);

    /// <summary>The manifest entry of a node, or null.</summary>
    ValueTask<FactoryDevice?> FindAsync(string nodeId, CancellationToken cancel = default);

    /// <summary>Checks HMAC-SHA-256(secret, challenge ‖ node id) in constant time (node protocol, "Trust"). False for unknown nodes.</summary>
    ValueTask<bool> VerifyAsync(string nodeId, ReadOnlyMemory<byte> challenge, ReadOnlyMemory<byte> response, CancellationToken cancel = default);
}
