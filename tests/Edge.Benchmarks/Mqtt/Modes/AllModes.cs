namespace Edge.Benchmarks.Mqtt.Modes;

/// <summary>Every mode, in the order of the table.</summary>
internal static class AllModes
{
    private const int IdleConnections = 5000;

    /// <summary>The modes.</summary>
    public static IReadOnlyList<IMode> List { get; } =
    [
        new WindowMode("fan-in", "fan-in 50 → 1, QoS 0, window 20", new(50, 1, IsPaired: false, QoS: 0, Window: 20)),
        new WindowMode("fan-out", "fan-out 1 → 100, QoS 0", new(1, 100, IsPaired: false, QoS: 0, Window: 20)),
        new WindowMode("pairs-20", "50 QoS 1 pairs, window 20", new(50, 50, IsPaired: true, QoS: 1, Window: 20)),
        new WindowMode("pairs-1", "50 QoS 1 pairs, window 1", new(50, 50, IsPaired: true, QoS: 1, Window: 1)),
        new WindowMode("durable", "50 QoS 1 pairs, window 20, persistent sessions", new(50, 50, IsPaired: true, QoS: 1, Window: 20), isDurable: true),
        new PacedMode(),
        new ConnectMode(),
        new FloodMode(),
        new FairnessMode(qos: 0),
        new FairnessMode(qos: 1),
        new IdleMode(IdleConnections),
    ];
}
