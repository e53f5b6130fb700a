namespace Edge.Storage.Log;

/// <summary>Gets space back, oldest file first and piece by piece: what is still needed rides along with the next commits, and no commit waits long.</summary>
internal sealed class LogCompactor(LogFolder folder, SegmentSet segments, ILogOwner owner, LogOptions options) : IDisposable
{
    private const int MaxRead = 256 * 1024;
    private const int MaxCopied = 128 * 1024;

    private ILogFile? _file;
    private SegmentReader? _reader;

    /// <summary>Bytes copied since the start.</summary>
    public long BytesCopied { get; private set; }

    /// <summary>True where there is something to do now.</summary>
    public bool IsWanted => segments.Count > 1 && (_reader is not null || IsWorthCopying);

    private bool IsWorthCopying
    {
        get
        {
            var dead = segments.Total - segments.Live;
            return dead > options.CompactAboveBytes && dead > segments.Live * options.CompactRatio
                // Near the limit every file that can be had counts.
                || (segments.Total > options.MaxBytes - (2 * options.SegmentBytes) && dead > 2 * options.SegmentBytes);
        }
    }

    /// <summary>Copies a piece; what is in <paramref name="copy"/> has to be written before <see cref="Written"/> is called.</summary>
    public void Step(LogCopy copy)
    {
        var oldest = segments.Oldest;
        _file ??= folder.Open(oldest);
        _reader ??= new(_file, oldest.Header, oldest.Length);
        var stop = Math.Min(_reader.End, _reader.Position + MaxRead);
        while (_reader.Position < stop && copy.Length < MaxCopied)
        {
            if (_reader.TryRead(out var records)) owner.CopyLive(records, oldest.Number, copy);
            else _reader.Position = _reader.FindNext(); // told on opening, or lost since: then the sessions' memory still has it
        }
    }

    /// <summary>What was copied is safe.</summary>
    public void Written(int copied)
    {
        BytesCopied += copied;
        if (_reader is null || _reader.Position < _reader.End) return;

        Abandon();
        Retire();
    }

    /// <summary>Gives up the oldest files as long as nothing in them is needed.</summary>
    public void RetireDead()
    {
        while (segments.Count > 1 && segments.Oldest.Live <= 0)
        {
            Abandon();
            Retire();
        }
    }

    /// <summary>What was copied is not written: the file is begun anew.</summary>
    public void Abandon()
    {
        _file?.Dispose();
        (_file, _reader) = (null, null);
    }

    public void Dispose() => Abandon();

    private void Retire()
    {
        folder.Retire(segments.Oldest);
        segments.RemoveOldest();
    }
}
