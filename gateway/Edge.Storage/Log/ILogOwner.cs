namespace Edge.Storage.Log;

/// <summary>Who gives a log's bytes their meaning. All members are called on the log's thread, or on the opening one before that runs.</summary>
public interface ILogOwner
{
    /// <summary>What the records are, and their version: four bytes that every file carries.</summary>
    uint Format { get; }

    /// <summary>A number that is kept with each new file; <see cref="Recall"/> tells it on opening.</summary>
    long Mark { get; }

    /// <summary>The mark of a file that is there, in the order of the files.</summary>
    void Recall(long mark);

    /// <summary>Takes the records of a frame into account: on opening, and after each commit. Records that are needed are reported as live.</summary>
    /// <returns>False where they cannot be understood; on opening only.</returns>
    bool Apply(ReadOnlySpan<byte> records, long segment, ILogSpace space);

    /// <summary>Opening has read all files. What they lack for what is live becomes free here.</summary>
    void Settle(ILogSpace space);

    /// <summary>Reads what the owner wants of the records of a frame, once more in order, after <see cref="Settle"/>.</summary>
    void Load(ReadOnlySpan<byte> records, long segment);

    /// <summary>Copies, of the records of a frame of the log's oldest file, those that are still needed.</summary>
    void CopyLive(ReadOnlySpan<byte> records, long segment, LogCopy copy);

    /// <summary>Something in a file could not be read; what comes behind was.</summary>
    void Damaged(string file, long offset, long bytes);

    /// <summary>Waiters are about to be called.</summary>
    void BeginCalls();

    /// <summary>They were called.</summary>
    void EndCalls();

    /// <summary>A waiter threw, which none should; the others are called nevertheless.</summary>
    void WaiterFailed(Exception bug);

    /// <summary>The log does not need the entry any more.</summary>
    void Release(LogEntry entry);
}

/// <summary>Where an owner reports what it needs.</summary>
public interface ILogSpace
{
    /// <summary>So many bytes of a file became needed, or (negative) became free.</summary>
    void AddLive(long segment, long bytes);
}

/// <summary>Records on their way from the oldest file to the newest.</summary>
public sealed class LogCopy : LogEntry
{
    internal LogCopy()
    {
    }

    /// <summary>Adds a record.</summary>
    public void Add(ReadOnlySpan<byte> record)
    {
        record.CopyTo(Reserve(record.Length));
        Advance(record.Length);
    }
}
