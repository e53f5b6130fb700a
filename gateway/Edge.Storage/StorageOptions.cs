using Microsoft.Extensions.Options;

namespace Edge.Storage;

/// <summary>The drivers.</summary>
public enum StorageDriver
{
    /// <summary>A SQLite database in the data folder.</summary>
    Sqlite,

    /// <summary>Nothing is kept; for tests and trials.</summary>
    Memory,
}

/// <summary>Where documents are kept (section <c>storage</c>).</summary>
public sealed class StorageOptions
{
    /// <summary>The driver.</summary>
    public StorageDriver Driver { get; set; } = StorageDriver.Sqlite;

    /// <summary>Writes that may wait for the disk (1 to 1,000,000); a writer beyond waits its turn. 4096 is seconds of work for an SD card.</summary>
    public int MaxPendingWrites { get; set; } = 4096;

    /// <summary>Writes committed with one flush (1 to 100,000). More gain little: the flush is a small part by then.</summary>
    public int MaxBatch { get; set; } = 512;
}

/// <summary>Checks <see cref="StorageOptions"/>.</summary>
internal sealed class StorageOptionsValidator : IValidateOptions<StorageOptions>
{
    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        List<string> errors = [];
        if (options.MaxPendingWrites is < 1 or > 1_000_000)
            errors.Add($"storage:maxPendingWrites is {options.MaxPendingWrites}: give 1 to 1000000.");
        if (options.MaxBatch is < 1 or > 100_000)
            errors.Add($"storage:maxBatch is {options.MaxBatch}: give 1 to 100000.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
