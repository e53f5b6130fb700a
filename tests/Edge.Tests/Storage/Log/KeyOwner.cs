using System.Buffers.Binary;

using Edge.Storage.Log;

namespace Edge.Tests.Storage.Log;

/// <summary>A log of keys that are put and removed: the smallest owner there can be.</summary>
internal sealed class KeyOwner : ILogOwner
{
    private const int MinRecord = 9;

    private readonly Dictionary<long, (long Segment, int Bytes)> _keys = [];

    public List<(string File, long Offset, long Bytes)> Damage { get; } = [];

    public List<Exception> Bugs { get; } = [];

    /// <summary>What goes wrong after each round of answers; null for nothing.</summary>
    public Exception? BugAtEnd { get; set; }

    public uint Format { get; init; } = 1;

    public long Mark { get; set; }

    public List<long> Marks { get; } = [];

    /// <summary>The keys in the order in which they were put.</summary>
    public List<long> Loaded { get; } = [];

    public int Released { get; private set; }

    public IReadOnlyCollection<long> Keys => [.. _keys.Keys.Order()];

    /// <summary>An entry that puts a key, with so many bytes more.</summary>
    public static KeyEntry Put(long key, int padding = 0) => new KeyEntry().Put(key, padding);

    public static KeyEntry Remove(long key) => new KeyEntry().Remove(key);

    public void Recall(long mark) => Marks.Add(mark);

    public bool Apply(ReadOnlySpan<byte> records, long segment, ILogSpace space)
    {
        while (records.Length >= MinRecord)
        {
            var key = BinaryPrimitives.ReadInt64LittleEndian(records[1..]);
            if (_keys.Remove(key, out var place)) space.AddLive(place.Segment, -place.Bytes);
            var length = LengthOf(records);
            if (records[0] == 'P')
            {
                _keys[key] = (segment, length);
                space.AddLive(segment, length);
            }

            records = records[length..];
        }

        return records.IsEmpty;
    }

    public void Settle(ILogSpace space)
    {
    }

    public void Load(ReadOnlySpan<byte> records, long segment)
    {
        for (; records.Length >= MinRecord; records = records[LengthOf(records)..])
        {
            if (IsLive(records, segment)) Loaded.Add(BinaryPrimitives.ReadInt64LittleEndian(records[1..]));
        }
    }

    public void CopyLive(ReadOnlySpan<byte> records, long segment, LogCopy copy)
    {
        for (; records.Length >= MinRecord; records = records[LengthOf(records)..])
        {
            if (IsLive(records, segment)) copy.Add(records[..LengthOf(records)]);
        }
    }

    public void Damaged(string file, long offset, long bytes) => Damage.Add((file, offset, bytes));

    public void BeginCalls()
    {
    }

    public void EndCalls()
    {
        if (BugAtEnd is not null) throw BugAtEnd;
    }

    public void WaiterFailed(Exception bug) => Bugs.Add(bug);

    public void Release(LogEntry entry) => Released++;

    private bool IsLive(ReadOnlySpan<byte> record, long segment) =>
        record[0] == 'P' && _keys.TryGetValue(BinaryPrimitives.ReadInt64LittleEndian(record[1..]), out var place) && place.Segment == segment;

    // A put's key says how long it is.
    private static int LengthOf(ReadOnlySpan<byte> record) =>
        record[0] == 'P' ? MinRecord + 4 + BinaryPrimitives.ReadInt32LittleEndian(record[MinRecord..]) : MinRecord;
}

/// <summary>An entry of puts and removals.</summary>
internal sealed class KeyEntry : LogEntry
{
    public KeyEntry Put(long key, int padding = 0)
    {
        var to = Reserve(13 + padding);
        to[0] = (byte)'P';
        BinaryPrimitives.WriteInt64LittleEndian(to[1..], key);
        BinaryPrimitives.WriteInt32LittleEndian(to[9..], padding);
        to.Slice(13, padding).Fill((byte)key);
        Advance(13 + padding);
        Grows = true;
        return this;
    }

    public KeyEntry Remove(long key)
    {
        var to = Reserve(9);
        to[0] = (byte)'R';
        BinaryPrimitives.WriteInt64LittleEndian(to[1..], key);
        Advance(9);
        return this;
    }
}

internal static class LogWriting
{
    /// <summary>Posts, and completes when it is durable.</summary>
    public static Task WriteAsync(this AppendLog log, LogEntry entry)
    {
        var commit = new TaskWaiter();
        log.Post(entry, commit);
        return commit.Task;
    }
}
