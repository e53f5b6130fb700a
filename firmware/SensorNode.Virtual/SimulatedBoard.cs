#nullable enable
using SensorNode.Hardware;
using SensorNode.Sensors;

namespace SensorNode.Virtual;

/// <summary>A board of nothing: an LED, an output and lines of text that others may watch.</summary>
internal sealed class SimulatedBoard : Board
{
    private readonly TimeProvider _clock;
    private readonly long _start;

    public SimulatedBoard(TimeProvider clock)
    {
        _clock = clock;
        _start = clock.GetTimestamp();
        Sensor = new SimulatedSensor(this);
    }

    /// <summary>The status LED changed: on or off, and the pattern that this is part of.</summary>
    public event Action<bool, string>? LedChanged;

    /// <summary>The output changed.</summary>
    public event Action<bool>? OutputChanged;

    /// <summary>The node tells how it goes.</summary>
    public event Action<string>? Told;

    public override long Milliseconds => (long)_clock.GetElapsedTime(_start).TotalMilliseconds;

    public override long UnixSeconds => _clock.GetUtcNow().ToUnixTimeSeconds();

    public override long FreeHeap => 0;

    public override int Rssi => 0;

    public override string HardwareVersion => "virtual";

    public override Sensor Sensor { get; }

    /// <summary>Whether the status LED is on.</summary>
    public bool IsLedOn { get; private set; }

    /// <summary>What the status LED shows.</summary>
    public string LedPattern { get; private set; } = "off";

    /// <summary>Whether the output is on.</summary>
    public bool IsOutputOn { get; private set; }

    public override int Random(int below) => System.Random.Shared.Next(below);

    public override void SetStatusLed(bool on, string pattern)
    {
        IsLedOn = on;
        LedPattern = pattern;
        LedChanged?.Invoke(on, pattern);
    }

    public override void SetOutput(bool on)
    {
        if (on == IsOutputOn) return;

        IsOutputOn = on;
        OutputChanged?.Invoke(on);
    }

    public override bool EnsureNetwork() => true;

    /// <summary>Nothing: a process has no native memory of a network stack to win back.</summary>
    public override void Restart()
    {
    }

    public override void Tell(string line) => Told?.Invoke(line);
}
