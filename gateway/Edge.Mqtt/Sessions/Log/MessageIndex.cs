using System.Runtime.InteropServices;

using Edge.Storage.Log;

namespace Edge.Mqtt.Sessions.Log;

/// <summary>
/// Knows of each record whether it is still needed, and in which file it stands; not what it says. One path for both: what a start reads, and what is
/// written while running. Used by one thread at a time.
/// </summary>
internal sealed class MessageIndex
{
    private readonly Dictionary<long, MessageEntry> _messages = [];
    private readonly Dictionary<long, SessionEntries> _sessions = [];

    // Messages that nothing referred to when they were last looked at.
    private readonly List<long> _unused = [];

    public IReadOnlyDictionary<long, SessionEntries> Sessions => _sessions;

    /// <summary>The highest number of a message that was seen.</summary>
    public long LastMessage { get; private set; }

    /// <summary>Takes a record into account.</summary>
    public void Apply(in LogRecord record, long segment, ILogSpace space)
    {
        switch (record.Type)
        {
            case RecordType.Message:
                Place(record.MessageId, segment, record.Bytes.Length, space);
                break;
            case RecordType.Queued:
                Queue(record, segment, space);
                break;
            case RecordType.Done:
                if (SessionOf(record.Session) is { } done && done.Queued.Remove(record.Item, out var finished)) Free(finished, space);
                break;
            case RecordType.Released:
                if (SessionOf(record.Session) is { } session && session.Queued.ContainsKey(record.Item))
                    CollectionsMarshal.GetValueRefOrNullRef(session.Queued, record.Item).IsReleased = true;
                break;
            case RecordType.Incoming:
                AddIncoming(record, segment, space);
                break;
            case RecordType.IncomingDone:
                if (SessionOf(record.Session) is { } sender && sender.Incoming.Remove(record.PacketId, out var place)) place.Free(space);
                break;
            case RecordType.SessionDropped:
                Drop(record.Session, space);
                break;
        }
    }

    /// <summary>Forgets messages that nothing refers to. While running, after each group; on opening, when all was read: a copy of a message may
    /// stand before the copies of what refers to it.</summary>
    public void Sweep(ILogSpace space)
    {
        foreach (var id in _unused)
        {
            if (!_messages.TryGetValue(id, out var message) || message.References > 0) continue;

            message.Place.Free(space);
            _messages.Remove(id);
        }

        _unused.Clear();
    }

    /// <summary>Forgets what refers to messages that are nowhere, and returns how much that was: the power went between a file's end and the note
    /// that what it held is done with; or a file was damaged.</summary>
    public int DropDangling(ILogSpace space)
    {
        var dropped = 0;
        foreach (var session in _sessions.Values)
        {
            foreach (var (sequence, queued) in session.Queued.Where(q => !_messages[q.Value.MessageId].Place.IsSet).ToList())
            {
                session.Queued.Remove(sequence);
                Free(queued, space);
                dropped++;
            }
        }

        return dropped;
    }

    /// <summary>True where the record is needed, and this is the place where it is counted.</summary>
    public bool IsLive(in LogRecord record, long segment) => record.Type switch
    {
        RecordType.Message => _messages.TryGetValue(record.MessageId, out var message) && message.Place.Segment == segment,
        RecordType.Queued => SessionOf(record.Session) is { } session && session.Queued.TryGetValue(record.Item, out var queued) && queued.Place.Segment == segment,
        RecordType.Incoming => SessionOf(record.Session) is { } sender && sender.Incoming.TryGetValue(record.PacketId, out var place) && place.Segment == segment,
        _ => false, // what says that something is done with is never older than what it is about, and goes with it
    };

    /// <summary>True where PUBREC has come for what is queued.</summary>
    public bool IsReleased(long session, long sequence) => SessionOf(session) is { } known && known.Queued.TryGetValue(sequence, out var queued) && queued.IsReleased;

    private SessionEntries? SessionOf(long number) => _sessions.GetValueOrDefault(number);

    private SessionEntries Session(long number)
    {
        ref var session = ref CollectionsMarshal.GetValueRefOrAddDefault(_sessions, number, out _);
        return session ??= new();
    }

    private void Place(long id, long segment, int bytes, ILogSpace space)
    {
        LastMessage = Math.Max(LastMessage, id);
        ref var message = ref CollectionsMarshal.GetValueRefOrAddDefault(_messages, id, out _);
        message.Place.Move(segment, bytes, space);
        if (message.References == 0) _unused.Add(id);
    }

    private void Queue(in LogRecord record, long segment, ILogSpace space)
    {
        LastMessage = Math.Max(LastMessage, record.MessageId);
        ref var queued = ref CollectionsMarshal.GetValueRefOrAddDefault(Session(record.Session).Queued, record.Item, out var exists);
        queued.Place.Move(segment, record.Bytes.Length, space);
        if (exists && queued.MessageId == record.MessageId) return;

        if (exists) Release(queued.MessageId);
        queued.MessageId = record.MessageId;
        CollectionsMarshal.GetValueRefOrAddDefault(_messages, record.MessageId, out _).References++;
    }

    private void AddIncoming(in LogRecord record, long segment, ILogSpace space)
    {
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(Session(record.Session).Incoming, record.PacketId, out _);
        place.Move(segment, record.Bytes.Length, space);
    }

    private void Drop(long number, ILogSpace space)
    {
        if (!_sessions.Remove(number, out var session)) return;

        foreach (var queued in session.Queued.Values) Free(queued, space);
        foreach (var place in session.Incoming.Values) place.Free(space);
    }

    private void Free(in QueuedEntry queued, ILogSpace space)
    {
        queued.Place.Free(space);
        Release(queued.MessageId);
    }

    private void Release(long id)
    {
        if (--CollectionsMarshal.GetValueRefOrAddDefault(_messages, id, out _).References == 0) _unused.Add(id);
    }
}
