using Edge.Storage.Log;

namespace Edge.Mqtt.Sessions.Log;

/// <summary>Where a record stands: the file's number, from one, and its size.</summary>
internal struct LogPlace
{
    public long Segment;
    private int _bytes;

    public readonly bool IsSet => Segment != 0;

    /// <summary>It stands here now, and no longer where it stood before.</summary>
    public void Move(long segment, int bytes, ILogSpace space)
    {
        Free(space);
        (Segment, _bytes) = (segment, bytes);
        space.AddLive(segment, bytes);
    }

    /// <summary>It is not needed any more.</summary>
    public readonly void Free(ILogSpace space)
    {
        if (IsSet) space.AddLive(Segment, -_bytes);
    }
}

/// <summary>A message, and how often it is queued.</summary>
internal struct MessageEntry
{
    public LogPlace Place;
    public int References;
}

/// <summary>A message that is queued for a session.</summary>
internal struct QueuedEntry
{
    public LogPlace Place;
    public long MessageId;
    public bool IsReleased;
}

/// <summary>What is logged of one session.</summary>
internal sealed class SessionEntries
{
    /// <summary>By sequence.</summary>
    public Dictionary<long, QueuedEntry> Queued { get; } = [];

    /// <summary>By packet identifier.</summary>
    public Dictionary<ushort, LogPlace> Incoming { get; } = [];
}
