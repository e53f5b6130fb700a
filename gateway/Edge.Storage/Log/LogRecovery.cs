namespace Edge.Storage.Log;

/// <summary>Reads a log on opening. What a power cut left half written is cut off; what was damaged later is told, and what stands behind it kept.</summary>
internal sealed class LogRecovery(ILogOwner owner, SegmentSet segments)
{
    /// <summary>The highest commit that was seen.</summary>
    public long Commit { get; private set; }

    /// <summary>Reads one file, and says where its last frame ends.</summary>
    public void Read(Segment segment, ILogFile file, bool isLast)
    {
        segments.Add(segment);
        owner.Recall(segment.Header.Mark);
        var reader = new SegmentReader(file, segment.Header, Math.Max(file.Length, SegmentHeader.Size));
        do
        {
            ReadFrames(reader, segment);
        }
        while (reader.Position < reader.End && SkipDamage(reader, segment, isLast));

        segments.SetLength(reader.Position);
        Commit = Math.Max(Commit, reader.Commit);
    }

    private void ReadFrames(SegmentReader reader, Segment segment)
    {
        for (var at = reader.Position; reader.TryRead(out var body); at = reader.Position)
        {
            if (!owner.Apply(body, segment.Number, segments)) owner.Damaged(segment.Name, at, reader.Position - at);
        }
    }

    // False where the file ends here.
    private bool SkipDamage(SegmentReader reader, Segment segment, bool isLast)
    {
        // In the last file, a frame of the last commit may be half written: nobody was told that it is safe. But it was whole, and damaged later, where a
        // frame behind it was begun after a later flush had returned.
        if (isLast && reader.LastCommitBehind() < reader.Commit + 2) return false;
        if (!isLast && reader.IsRestZero()) return false; // the power went before the file was cut to its length

        var from = reader.Position;
        reader.Position = reader.FindNext();
        owner.Damaged(segment.Name, from, reader.Position - from);
        return reader.Position < reader.End;
    }
}
