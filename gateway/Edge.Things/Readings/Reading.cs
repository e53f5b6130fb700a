namespace Edge.Things.Readings;

/// <summary>What kind of value a field holds (XEP-0323 §4.1).</summary>
[Flags]
public enum FieldCategories
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The value now.</summary>
    Momentary = 1,

    /// <summary>A maximum or minimum.</summary>
    Peak = 2,

    /// <summary>The state of the thing.</summary>
    Status = 4,

    /// <summary>Calculated from other values.</summary>
    Computed = 8,

    /// <summary>Who the thing is.</summary>
    Identity = 16,

    /// <summary>Values of the past.</summary>
    Historical = 32,

    /// <summary>All of them.</summary>
    All = Momentary | Peak | Status | Computed | Identity | Historical,
}

/// <summary>How far a value can be trusted, as XEP-0323 §4.2's flags. An error is never a value: <see cref="Missing"/> and
/// <see cref="Error"/> readings have none.</summary>
[Flags]
public enum Quality
{
    /// <summary>Nothing known.</summary>
    None = 0,

    /// <summary>There is no value.</summary>
    Missing = 1,

    /// <summary>Being acquired.</summary>
    InProgress = 2,

    /// <summary>Estimated by a machine.</summary>
    AutomaticEstimate = 4,

    /// <summary>Estimated by a person.</summary>
    ManualEstimate = 8,

    /// <summary>Read by a person.</summary>
    ManualReadout = 16,

    /// <summary>Read by a machine: the normal case.</summary>
    AutomaticReadout = 32,

    /// <summary>The clock was off.</summary>
    TimeOffset = 64,

    /// <summary>Read, with a warning (out of range, stale).</summary>
    Warning = 128,

    /// <summary>Reading failed.</summary>
    Error = 256,
}

/// <summary>One field of a thing at one time. <paramref name="Value"/> is null exactly where <paramref name="Quality"/> says
/// <see cref="Readings.Quality.Missing"/> or <see cref="Readings.Quality.Error"/>; <paramref name="Text"/> then says why.</summary>
public sealed record Reading(string Field, FieldValue? Value, DateTimeOffset At, Quality Quality = Quality.AutomaticReadout)
{
    /// <summary>The unit as written on the wire (Cel, %RH, kWh); null where there is none.</summary>
    public string? Unit { get; init; }

    /// <summary>The kind of value.</summary>
    public FieldCategories Categories { get; init; } = FieldCategories.Momentary;

    /// <summary>Why there is no value, or what to know of it.</summary>
    public string? Text { get; init; }

    /// <summary>A parameter of the same name can be set.</summary>
    public bool IsWritable { get; init; }
}

/// <summary>Told when new readings of a thing have come in, by polling, telemetry or read-out.</summary>
public sealed record ReadingsArrived(ThingId Thing, IReadOnlyList<Reading> Readings);

/// <summary>The last reading of every field of every thing, kept in memory from <see cref="ReadingsArrived"/>.</summary>
public interface ILatestReadings
{
    /// <summary>The last readings of a thing, by field name; empty where none came in yet.</summary>
    IReadOnlyList<Reading> Of(ThingId thing);

    /// <summary>Takes readings in and publishes <see cref="ReadingsArrived"/>.</summary>
    ValueTask RecordAsync(ThingId thing, IReadOnlyList<Reading> readings, CancellationToken cancel = default);
}
