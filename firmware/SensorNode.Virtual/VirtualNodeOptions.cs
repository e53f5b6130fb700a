#nullable enable
namespace SensorNode.Virtual;

/// <summary>What a virtual node is and where its gateway is: the settings file of a real one.</summary>
public sealed record VirtualNodeOptions
{
    /// <summary>The node id, 1 to 64 of a-z, 0-9 and -.</summary>
    public required string NodeId { get; init; }

    /// <summary>The device secret, at least 16 bytes; the gateway has it from its factory manifest.</summary>
    public required ReadOnlyMemory<byte> Secret { get; init; }

    /// <summary>The KEY on the sticker. The node itself does not use it.</summary>
    public string ClaimKey { get; init; } = "";

    /// <summary>The serial number.</summary>
    public required string SerialNumber { get; init; }

    /// <summary>The manufacturer.</summary>
    public string Manufacturer { get; init; } = "edge";

    /// <summary>Where it keeps trust, tokens and cache; made where it is missing.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The gateway's host.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The gateway's MQTT port.</summary>
    public int Port { get; init; } = 8883;

    /// <summary>The gateway's CA certificate (PEM file); null for a plain connection, which only loopback offers.</summary>
    public string? CaFile { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Without the secret and the key.</summary>
    public override string ToString() => $"Virtual node {NodeId} at {Host}:{Port}";
}
