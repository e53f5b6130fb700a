namespace Edge.Storage.Log;

/// <summary>The files of a log in their order, and what is needed of them. The last one is written to; only the oldest ever goes: so a note that
/// something is done with never goes before what it is about.</summary>
internal sealed class SegmentSet : ILogSpace
{
    private readonly List<Segment> _segments = [];
    private long _total;
    private long _live;

    public int Count => _segments.Count;

    public Segment Oldest => _segments[0];

    public Segment Newest => _segments[^1];

    /// <summary>Bytes in use.</summary>
    public long Total => Volatile.Read(ref _total);

    /// <summary>Bytes that are needed.</summary>
    public long Live => Volatile.Read(ref _live);

    public void Add(Segment segment)
    {
        _segments.Add(segment);
        _total += segment.Length;
    }

    public void RemoveOldest()
    {
        _total -= Oldest.Length;
        _live -= Oldest.Live;
        _segments.RemoveAt(0);
    }

    /// <summary>The newest one has grown, or was cut.</summary>
    public void SetLength(long length)
    {
        _total += length - Newest.Length;
        Newest.Length = length;
    }

    public void AddLive(long segment, long bytes)
    {
        // Almost always the newest; otherwise the numbers follow each other, save where a file was lost.
        var found = Newest.Number == segment ? Newest : Find(segment);
        if (found is null) return;

        found.Live += bytes;
        _live += bytes;
    }

    private Segment? Find(long number)
    {
        var guess = (int)Math.Clamp(number - Oldest.Number, 0, _segments.Count - 1);
        return _segments[guess].Number == number ? _segments[guess] : _segments.Find(segment => segment.Number == number);
    }
}
