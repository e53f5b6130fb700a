namespace Edge.Storage.Log;

/// <summary>Finds the frames of a file, reading it piece by piece.</summary>
internal sealed class SegmentReader(ILogFile file, SegmentHeader header, long end)
{
    private const int WindowSize = 64 * 1024;

    private byte[] _window = new byte[WindowSize];
    private long _start;
    private int _count;

    /// <summary>Where the last frame that was read ends, and the next one begins.</summary>
    public long Position { get; set; } = SegmentHeader.Size;

    /// <summary>The commit of the last frame that was read.</summary>
    public long Commit { get; private set; } = header.Commit;

    /// <summary>Reads the frame at <see cref="Position"/>; false where there is none, or it is not whole.</summary>
    public bool TryRead(out ReadOnlySpan<byte> body)
    {
        if (!TryReadAt(Position, out var frame, out body)) return false;

        Position += FrameHeader.Size + frame.Length;
        Commit = frame.Commit;
        return true;
    }

    /// <summary>Where the next whole frame behind <see cref="Position"/> begins; <see cref="End"/> where there is none.</summary>
    public long FindNext() => Find(Position + 1, out _);

    /// <summary>The highest commit of the frames behind <see cref="Position"/>; 0 where there is none.</summary>
    public long LastCommitBehind()
    {
        var last = 0L;
        for (var at = Find(Position + 1, out var frame); at < end; at = Find(at + FrameHeader.Size + frame.Length, out frame)) last = frame.Commit;
        return last;
    }

    /// <summary>Where the file ends.</summary>
    public long End => end;

    /// <summary>True where nothing was written behind <see cref="Position"/>.</summary>
    public bool IsRestZero()
    {
        for (var at = Position; at < end; at += WindowSize)
        {
            if (Window(at, (int)Math.Min(WindowSize, end - at)).ContainsAnyExcept((byte)0)) return false;
        }

        return true;
    }

    private long Find(long from, out FrameHeader frame)
    {
        frame = default;
        while (from < end)
        {
            var window = Window(from, (int)Math.Min(WindowSize, end - from));
            var found = window.IndexOf(FrameHeader.Magic);
            if (found < 0)
            {
                if (from + window.Length >= end) return end;
                from += window.Length - FrameHeader.Magic.Length + 1; // it may lie across two windows
                continue;
            }

            if (TryReadAt(from + found, out frame, out _)) return from + found;
            from += found + 1;
        }

        return end;
    }

    private bool TryReadAt(long at, out FrameHeader frame, out ReadOnlySpan<byte> body)
    {
        frame = default;
        body = default;
        if (end - at < FrameHeader.Size || !FrameHeader.TryRead(Window(at, FrameHeader.Size), out frame)) return false;
        if (frame.Length > end - at - FrameHeader.Size) return false;

        var whole = Window(at, FrameHeader.Size + frame.Length);
        if (!FrameHeader.IsIntact(whole, header.Salt)) return false;

        body = whole[FrameHeader.Size..];
        return true;
    }

    // The bytes at an offset; what the file was promised to have and has not reads as zeros.
    private ReadOnlySpan<byte> Window(long at, int count)
    {
        if (at < _start || at + count > _start + _count)
        {
            if (_window.Length < count) _window = new byte[count];
            _start = at;
            _count = (int)Math.Min(_window.Length, end - at);
            var read = file.Read(_window.AsSpan(0, _count), at);
            _window.AsSpan(read, _count - read).Clear();
        }

        return _window.AsSpan((int)(at - _start), count);
    }
}
