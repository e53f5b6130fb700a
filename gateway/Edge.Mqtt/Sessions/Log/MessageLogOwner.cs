using System.Collections.Concurrent;

using Edge.Storage.Log;
using Edge.Transport;

using Microsoft.Extensions.Logging;

namespace Edge.Mqtt.Sessions.Log;

/// <summary>Gives the log's records their meaning: keeps the index, and collects what a start finds.</summary>
internal sealed partial class MessageLogOwner(string folder, MessageNumbers numbers, ConcurrentQueue<LogGroup> free, ILogger logger) : ILogOwner
{
    // 'mq' and the version of the records.
    private const uint FormatOfRecords = 0x6D710001;

    // Groups kept for the next messages; a burst's are given up.
    private const int MaxFree = 4096;

    private readonly MessageIndex _index = new();
    private readonly StateBuilder _state = new();
    private bool _isOpening = true;

    public uint Format => FormatOfRecords;

    public long Mark => numbers.Last;

    public void Recall(long mark) => numbers.Skip(mark);

    public bool Apply(ReadOnlySpan<byte> records, long segment, ILogSpace space)
    {
        var reader = new RecordReader(records);
        while (reader.TryRead(out var record)) _index.Apply(record, segment, space);
        if (!_isOpening) _index.Sweep(space);
        return reader.IsAtEnd;
    }

    public void Settle(ILogSpace space)
    {
        if (_index.DropDangling(space) is > 0 and var count) LogDangling(count, folder);
        _index.Sweep(space);
        numbers.Skip(_index.LastMessage);
        _isOpening = false;
    }

    public void Load(ReadOnlySpan<byte> records, long segment)
    {
        var reader = new RecordReader(records);
        while (reader.TryRead(out var record))
        {
            if (_index.IsLive(record, segment)) _state.Add(record, _index);
        }
    }

    public void CopyLive(ReadOnlySpan<byte> records, long segment, LogCopy copy)
    {
        Span<byte> released = stackalloc byte[1 + (2 * Varint.MaxLength)];
        var reader = new RecordReader(records);
        while (reader.TryRead(out var record))
        {
            if (!_index.IsLive(record, segment)) continue;

            copy.Add(record.Bytes);
            if (record.Type == RecordType.Queued && _index.IsReleased(record.Session, record.Item))
                copy.Add(ReleasedRecord(released, record));
        }
    }

    public void Damaged(string file, long offset, long bytes) => LogDamage(Path.Combine(folder, file), offset, bytes);

    // What the calls make sessions send goes out once per connection.
    public void BeginCalls() => FlushBatch.Enter();

    public void EndCalls() => FlushBatch.Leave();

    public void WaiterFailed(Exception bug) => LogWaiterFailed(bug);

    public void Release(LogEntry entry)
    {
        if (free.Count < MaxFree) free.Enqueue((LogGroup)entry);
    }

    /// <summary>What was found on opening.</summary>
    public LogState TakeState() => _state.Build();

    private static ReadOnlySpan<byte> ReleasedRecord(Span<byte> to, in LogRecord queued)
    {
        to[0] = (byte)RecordType.Released;
        var at = 1 + Varint.Write(to[1..], (ulong)queued.Session);
        return to[..(at + Varint.Write(to[at..], (ulong)queued.Item))];
    }

    [LoggerMessage(EventId = 2090, Level = LogLevel.Error,
        Message = "{File} is damaged: {Bytes} bytes from {Offset} on cannot be read, and messages in them are lost; all others are kept. Look at the disk or card")]
    private partial void LogDamage(string file, long offset, long bytes);

    [LoggerMessage(EventId = 2092, Level = LogLevel.Error, Message = "What was stored could not be passed on")]
    private partial void LogWaiterFailed(Exception bug);

    [LoggerMessage(EventId = 2091, Level = LogLevel.Warning, Message = "{Count} deliveries in {Folder} refer to messages that are not there, and are dropped")]
    private partial void LogDangling(int count, string folder);
}
