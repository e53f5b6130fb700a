using Edge.Transport;
using Edge.Xmpp.Modules.Iot;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.SensorData;

/// <summary>Limits of read-outs. Section <c>xmpp:sensorData</c>.</summary>
public sealed class SensorDataOptions
{
    /// <summary>Read-outs of one account that run or wait at a time: a dashboard with a few windows, not a scraper.</summary>
    public int MaxReadoutsPerRequester { get; set; } = 8;

    /// <summary>Read-outs of everybody that run or wait at a time: what a field bus on a Raspberry Pi can serve.</summary>
    public int MaxReadouts { get; set; } = 256;

    /// <summary>The most fields in one message, so that the first values of a large read-out come soon.</summary>
    public int MaxFieldsPerMessage { get; set; } = 50;

    /// <summary>The most characters of names, values and texts in one message: well below the stanza sizes that servers allow (XEP-0205).</summary>
    public int MaxCharactersPerMessage { get; set; } = 16_384;

    /// <summary>Seconds that the answer waits for a node's decision; after that the read-out counts as accepted, and failures are told
    /// later. XMPP clients give up after 20 to 60 s.</summary>
    public int AcceptAfterSeconds { get; set; } = 5;

    /// <summary>Seconds until a read-out is given up: slow nodes that did not answer by then are reported as failures.</summary>
    public int MaxDurationSeconds { get; set; } = 60;

    /// <summary>How many seconds ahead a read-out can be ordered by <c>when</c>: a day.</summary>
    public int MaxAheadSeconds { get; set; } = 86_400;
}

/// <summary>Checks <see cref="SensorDataOptions"/>.</summary>
internal sealed class SensorDataOptionsValidator : IValidateOptions<SensorDataOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, SensorDataOptions options) => new OptionErrors("xmpp:sensorData")
        .Range("maxReadoutsPerRequester", options.MaxReadoutsPerRequester, 1, 10_000)
        .Range("maxReadouts", options.MaxReadouts, 1, 100_000)
        .Range("maxFieldsPerMessage", options.MaxFieldsPerMessage, 1, 1000)
        .Range("maxCharactersPerMessage", options.MaxCharactersPerMessage, 1024, 262_144)
        .Range("acceptAfterSeconds", options.AcceptAfterSeconds, 1, 30)
        .Range("maxDurationSeconds", options.MaxDurationSeconds, 1, 3600)
        .Range("maxAheadSeconds", options.MaxAheadSeconds, 0, 604_800)
        .Result;
}
