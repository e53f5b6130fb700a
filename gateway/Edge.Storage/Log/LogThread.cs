namespace Edge.Storage.Log;

/// <summary>The one who writes: takes what waits, writes it as one frame, waits for the disk, and tells those who wait. While it waits for the disk, the
/// next entries gather.</summary>
internal sealed class LogThread(LogLine line, LogFolder folder, SegmentSet segments, ILogOwner owner, LogOptions options) : IDisposable
{
    private readonly LogWriter _writer = new(folder, segments, options);
    private readonly LogCompactor _compactor = new(folder, segments, owner, options);
    private readonly LogCopy _copy = new();

    // Notes that something is done with, which the disk has not taken yet: in effect already, since what they free may be just the room they need.
    private readonly LogCopy _owed = new();

    private readonly Lock _lock = new();
    private LogFigures _figures;
    private bool _isResting;

    public LogFigures Figures
    {
        get
        {
            lock (_lock) return _figures;
        }
    }

    /// <summary>Goes on behind what was read on opening.</summary>
    public void Continue(ILogFile? newest, long lastCommit)
    {
        _writer.Continue(newest, lastCommit);
        ShowFigures();
    }

    /// <summary>Works until the line is closed and empty.</summary>
    public void Run()
    {
        while (line.Take(_isResting || !_compactor.IsWanted, options.MaxCommitBytes, out var first))
        {
            Tidy(wasWritten: false);
            Commit(first);
        }

        Commit(null);
        TryFlush();
    }

    public void Dispose()
    {
        _compactor.Dispose();
        _writer.Dispose();
    }

    private void Commit(LogEntry? first)
    {
        Exception? error = null;
        try
        {
            var flush = Gather(first);
            if (_writer.Records.Length > 0) Write(flush);
            _isResting = false;
        }
        catch (Exception fault) // whatever it is: those who wait must hear of it, and the thread must live
        {
            error = LogFault.Explain(folder.Path, fault);
            _compactor.Abandon();
            Owe(first);
            Rest();
        }

        if (error is null) Tidy(wasWritten: true);
        ShowFigures();
        Tell(first, error);
    }

    private void Write(bool flush)
    {
        _writer.Write(new(owner.Format, 0, 0, 0, owner.Mark), flush);
        owner.Apply(_writer.Records, segments.Newest.Number, segments);
        _owed.Clear();
    }

    // Getting space back may fail without anybody losing anything.
    private void Tidy(bool wasWritten)
    {
        try
        {
            if (wasWritten) _compactor.Written(_copy.Length);
            else _compactor.RetireDead();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _compactor.Abandon();
            Rest();
        }
    }

    // After a failure nothing is tried again by itself before some time has passed.
    private void Rest()
    {
        _isResting = true;
        line.WakeLater();
    }

    // Builds the frame; true where somebody relies on it.
    private bool Gather(LogEntry? first)
    {
        _writer.Clear();
        _copy.Clear();
        _writer.Add(_owed.Bytes);
        // Before the entries, since it is what was true before them.
        if (_compactor.IsWanted) _compactor.Step(_copy);
        _writer.Add(_copy.Bytes);
        var flush = _copy.Length > 0;
        for (var entry = first; entry is not null; entry = entry.Next)
        {
            entry.IsRefused = entry.Grows && segments.Total + _writer.Records.Length + entry.Length > options.MaxBytes;
            if (entry.IsRefused) continue;

            _writer.Add(entry.Bytes);
            flush |= !entry.IsLazy;
        }

        return flush;
    }

    private void Owe(LogEntry? first)
    {
        for (var entry = first; entry is not null; entry = entry.Next)
        {
            if (!entry.IsLazy) continue;

            _owed.Add(entry.Bytes);
            if (segments.Count > 0) owner.Apply(entry.Bytes, segments.Newest.Number, segments);
        }
    }

    private void Tell(LogEntry? first, Exception? error)
    {
        if (first is null) return;

        var bytes = 0L;
        Guard(owner.BeginCalls);
        for (LogEntry? entry = first, next; entry is not null; entry = next)
        {
            next = entry.Next;
            bytes += entry.Length;
            Call(entry, error);
            entry.Clear();
            owner.Release(entry);
        }

        Guard(owner.EndCalls);
        line.Leave(bytes);
    }

    private void Call(LogEntry entry, Exception? error)
    {
        try
        {
            entry.Waiter?.OnCommitted(error ?? (entry.IsRefused ? LogFault.AtLimit(folder.Path, options) : null));
        }
        catch (Exception bug) // one waiter's must not cost the others their answers
        {
            owner.WaiterFailed(bug);
        }
    }

    // What a call sets free to be sent may meet a bug, too; without this thread nothing would be stored again.
    private void Guard(Action call)
    {
        try
        {
            call();
        }
        catch (Exception bug)
        {
            owner.WaiterFailed(bug);
        }
    }

    private void TryFlush()
    {
        try
        {
            _writer.Flush();
        }
        catch (IOException)
        {
            // Only notes that nobody waits for can be lost by this.
        }
    }

    private void ShowFigures()
    {
        lock (_lock)
        {
            _figures = new(segments.Count, segments.Total, segments.Live, _writer.BytesWritten, _compactor.BytesCopied, _writer.Flushes);
        }
    }
}
