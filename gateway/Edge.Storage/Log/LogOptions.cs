using Microsoft.Extensions.Options;

namespace Edge.Storage.Log;

/// <summary>How append-only logs are kept (section <c>storage:log</c>).</summary>
public sealed class LogOptions
{
    /// <summary>The size of one file, in MB (1 to 256). 8 MB are written in a second or two by a slow card, and are all that one file keeps
    /// from being used again.</summary>
    public int SegmentMegabytes { get; set; } = 8;

    /// <summary>All files together, in MB (4 to 1,048,576, and at least four files). Beyond, nothing new is taken until something is done with. 512 MB are
    /// some million small messages: days of a house that is offline.</summary>
    public int MaxMegabytes { get; set; } = 512;

    /// <summary>Space of what is done with that is left alone, in MB (1 to 1,048,576). Twice a file: then a log whose messages arrive is never copied,
    /// since its files are done with as a whole.</summary>
    public int CompactAboveMegabytes { get; set; } = 16;

    /// <summary>Beyond that, what is kept is copied out of the oldest file when the rest takes this many times its space (0.25 to 100). At 1, the log is at
    /// most twice as large as what it keeps, and a byte is copied about once.</summary>
    public double CompactRatio { get; set; } = 1;

    /// <summary>What may wait for the disk, in MB (1 to 1024); who has more to write waits for room. 8 MB are many thousand messages.</summary>
    public int MaxPendingMegabytes { get; set; } = 8;

    /// <summary>What is written at once, in KB (4 to 65,536). More gains nothing: the flush is a small part by then.</summary>
    public int MaxCommitKilobytes { get; set; } = 1024;

    /// <summary>How long a note that something is done with may wait for company, in milliseconds (0 to 60,000). Lost with the power, a message is sent
    /// once more.</summary>
    public int LazyMilliseconds { get; set; } = 1000;

    internal long SegmentBytes => SegmentMegabytes * 1024L * 1024;

    internal long MaxBytes => MaxMegabytes * 1024L * 1024;

    internal long CompactAboveBytes => CompactAboveMegabytes * 1024L * 1024;

    internal long MaxPendingBytes => MaxPendingMegabytes * 1024L * 1024;

    internal int MaxCommitBytes => MaxCommitKilobytes * 1024;
}

/// <summary>Checks <see cref="LogOptions"/>.</summary>
internal sealed class LogOptionsValidator : IValidateOptions<LogOptions>
{
    public ValidateOptionsResult Validate(string? name, LogOptions options)
    {
        List<string> errors = [];
        Check(errors, "segmentMegabytes", options.SegmentMegabytes, 1, 256);
        Check(errors, "maxMegabytes", options.MaxMegabytes, Math.Max(4, 4 * Math.Clamp(options.SegmentMegabytes, 1, 256)), 1_048_576);
        Check(errors, "compactAboveMegabytes", options.CompactAboveMegabytes, 1, 1_048_576);
        Check(errors, "compactRatio", options.CompactRatio, 0.25, 100);
        Check(errors, "maxPendingMegabytes", options.MaxPendingMegabytes, 1, 1024);
        Check(errors, "maxCommitKilobytes", options.MaxCommitKilobytes, 4, 65_536);
        Check(errors, "lazyMilliseconds", options.LazyMilliseconds, 0, 60_000);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void Check(List<string> errors, string key, double value, double least, double most)
    {
        // Written this way round, the comparison refuses NaN, too.
        if (!(value >= least && value <= most)) errors.Add(FormattableString.Invariant($"storage:log:{key} is {value}: give {least} to {most}."));
    }
}
