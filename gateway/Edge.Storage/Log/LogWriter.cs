namespace Edge.Storage.Log;

/// <summary>Writes frames to the newest file and begins the next one when it is full. A frame that could not be written leaves nothing behind.</summary>
internal sealed class LogWriter(LogFolder folder, SegmentSet segments, LogOptions options) : IDisposable
{
    // What a large commit made of the buffer is not kept for ever.
    private const int MaxKept = 256 * 1024;

    private byte[] _frame = new byte[4096];
    private int _length = FrameHeader.Size;
    private ILogFile? _file;
    private bool _isBroken;

    /// <summary>The number of the commit that is being written.</summary>
    public long Commit { get; private set; } = 1;

    /// <summary>Bytes written, and flushes, since the start.</summary>
    public long BytesWritten { get; private set; }

    public long Flushes { get; private set; }

    /// <summary>The records of the frame so far.</summary>
    public ReadOnlySpan<byte> Records => _frame.AsSpan(FrameHeader.Size, _length - FrameHeader.Size);

    /// <summary>Goes on in the newest file of those that were read.</summary>
    public void Continue(ILogFile? file, long lastCommit)
    {
        Commit = lastCommit + 1;
        _file = file;
        if (file is null) return;

        // Nothing may be left behind that could be taken for a frame one day.
        file.SetLength(segments.Newest.Length);
        file.SetLength(Math.Max(options.SegmentBytes, segments.Newest.Length));
        file.Flush();
    }

    public void Clear()
    {
        _length = FrameHeader.Size;
        if (_frame.Length > MaxKept) _frame = new byte[4096];
    }

    public void Add(ReadOnlySpan<byte> records)
    {
        if (_frame.Length - _length < records.Length) Array.Resize(ref _frame, Math.Max(_frame.Length * 2, _length + records.Length));
        records.CopyTo(_frame.AsSpan(_length));
        _length += records.Length;
    }

    /// <summary>Writes the frame, and with <paramref name="flush"/> returns when it is on the disk.</summary>
    /// <exception cref="IOException">It is not written.</exception>
    public void Write(SegmentHeader next, bool flush)
    {
        if (_file is null || _isBroken || segments.Newest.Length + _length > options.SegmentBytes) BeginSegment(next with { Commit = Commit - 1 });

        var segment = segments.Newest;
        var frame = _frame.AsSpan(0, _length);
        FrameHeader.Write(frame, Commit, segment.Header.Salt);
        try
        {
            _file!.Write(frame, segment.Length);
            if (flush) Flush();
        }
        catch
        {
            Cut();
            throw;
        }

        segments.SetLength(segment.Length + _length);
        BytesWritten += _length;
    }

    /// <summary>Everything that was written is on the disk when this returns.</summary>
    public void Flush()
    {
        try
        {
            _file?.Flush();
        }
        catch
        {
            // What the kernel could not write it has forgotten: another flush of this file would promise too much.
            _isBroken = true;
            throw;
        }

        Flushes++;
        Commit++;
    }

    public void Dispose() => _file?.Dispose();

    private void BeginSegment(SegmentHeader next)
    {
        // A new file that has room for nothing but its header takes any frame: what is larger than a file has one of its own.
        if (_file is not null && segments.Newest.Length == SegmentHeader.Size && !_isBroken) return;

        Seal();
        var (segment, file) = folder.Begin(next with { Number = segments.Count == 0 ? 1 : segments.Newest.Number + 1 });
        _file?.Dispose();
        (_file, _isBroken) = (file, false);
        segments.Add(segment);
    }

    // The file gets its true length, so that what is missing of it one day is seen.
    private void Seal()
    {
        if (_file is null) return;

        try
        {
            _file.SetLength(segments.Newest.Length);
            _file.Flush();
        }
        catch (IOException) when (_isBroken)
        {
            // It is as good as it gets.
        }
    }

    private void Cut()
    {
        try
        {
            _file!.SetLength(segments.Newest.Length);
            _file.SetLength(Math.Max(options.SegmentBytes, segments.Newest.Length));
        }
        catch (IOException)
        {
            // The next frame is written over it.
        }
    }
}
