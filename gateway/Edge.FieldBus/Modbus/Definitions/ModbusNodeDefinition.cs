using Edge.FieldBus.Modbus.Links;
using Edge.FieldBus.Modbus.Points;

namespace Edge.FieldBus.Modbus.Definitions;

/// <summary>A node as its file describes it.</summary>
internal sealed record ModbusNodeDefinition(string Id, string Name, ModbusEndpoint Endpoint, byte Unit)
{
    /// <summary>Who made it, which model, which piece: what its registry record says.</summary>
    public string? Manufacturer { get; init; }

    /// <summary>See <see cref="Manufacturer"/>.</summary>
    public string? Model { get; init; }

    /// <summary>See <see cref="Manufacturer"/>.</summary>
    public string? SerialNumber { get; init; }

    /// <summary>How often fields are read.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the unit may take to answer one request.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How its connection is used; the same for all nodes that share it.</summary>
    public LinkOptions Link { get; init; } = new();

    /// <summary>How much is read at once, and what never.</summary>
    public ReadLimits Limits { get; init; } = new();

    /// <summary>What is read.</summary>
    public IReadOnlyList<ModbusPoint> Fields { get; init; } = [];

    /// <summary>What can be set.</summary>
    public IReadOnlyList<ModbusParameter> Parameters { get; init; } = [];
}
