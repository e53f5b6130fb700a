namespace Edge.Storage.Log;

/// <summary>The entries that wait for the log's thread, in the order of posting.</summary>
internal sealed class LogLine : IDisposable
{
    private readonly object _gate = new();
    private readonly ITimer _timer;
    private readonly TimeSpan _patience;
    private readonly long _maxBytes;
    private LogEntry? _first;
    private LogEntry? _last;
    private TaskCompletionSource? _room;
    private long _bytes;
    private bool _isUrgent;
    private bool _isTimed;
    private bool _isDue;
    private bool _isIdle;
    private bool _isClosed;

    public LogLine(LogOptions options, TimeProvider clock)
    {
        _maxBytes = options.MaxPendingBytes;
        _patience = TimeSpan.FromMilliseconds(options.LazyMilliseconds);
        _timer = clock.CreateTimer(static line => ((LogLine)line!).Ring(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public bool IsFull => Volatile.Read(ref _bytes) >= _maxBytes;

    /// <summary>Appends an entry; false where the line is closed.</summary>
    public bool TryPost(LogEntry entry)
    {
        lock (_gate)
        {
            if (_isClosed) return false;

            if (_last is null) _first = entry;
            else _last.Next = entry;
            _last = entry;
            _bytes += entry.Length;
            if (entry.IsLazy)
            {
                StartTimer();
                return true;
            }

            _isUrgent = true;
            Wake();
            return true;
        }
    }

    /// <summary>Waits until there is work, then takes entries of together at most <paramref name="maxBytes"/>, or a single larger one.</summary>
    /// <param name="wait">False: takes what is there, lazy or not.</param>
    /// <param name="maxBytes">The most to take.</param>
    /// <param name="first">The first of the chain; null where there is none.</param>
    /// <returns>False when the line is closed and empty.</returns>
    public bool Take(bool wait, int maxBytes, out LogEntry? first)
    {
        lock (_gate)
        {
            while (wait && !_isUrgent && !_isDue && !_isClosed)
            {
                _isIdle = true;
                Monitor.Wait(_gate);
            }

            _isIdle = false;
            _isDue = false;
            first = _first;
            if (first is null) return !_isClosed;

            CutAfter(LastWithin(first, maxBytes));
            return true;
        }
    }

    /// <summary>So many bytes have left for good.</summary>
    public void Leave(long bytes)
    {
        TaskCompletionSource? room = null;
        lock (_gate)
        {
            _bytes -= bytes;
            if (_bytes <= _maxBytes / 2 || _isClosed) (room, _room) = (_room, null);
        }

        room?.TrySetResult();
    }

    /// <summary>Completes when half of the line is free, or it is closed.</summary>
    public ValueTask WaitForRoomAsync(CancellationToken cancel)
    {
        lock (_gate)
        {
            if (_bytes < _maxBytes || _isClosed) return ValueTask.CompletedTask;

            _room ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return new(_room.Task.WaitAsync(cancel));
        }
    }

    /// <summary>The thread shall look again some time later, whatever is in line.</summary>
    public void WakeLater()
    {
        lock (_gate) StartTimer();
    }

    /// <summary>Takes nothing more; what is in line is still taken from it.</summary>
    public void Close()
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            _isClosed = true;
            (room, _room) = (_room, null);
            Wake();
        }

        room?.TrySetResult();
    }

    public void Dispose() => _timer.Dispose();

    private void Ring()
    {
        lock (_gate)
        {
            _isTimed = false;
            _isDue = true;
            Wake();
        }
    }

    private void StartTimer()
    {
        if (_isTimed) return;

        _isTimed = true;
        _timer.Change(_patience, Timeout.InfiniteTimeSpan);
    }

    private void Wake()
    {
        if (!_isIdle) return; // it looks by itself

        _isIdle = false;
        Monitor.Pulse(_gate);
    }

    private void CutAfter(LogEntry last)
    {
        _first = last.Next;
        last.Next = null;
        if (_first is not null) return; // the rest stays as urgent as the line was

        _last = null;
        _isUrgent = false;
    }

    private static LogEntry LastWithin(LogEntry first, int maxBytes)
    {
        var last = first;
        for (long bytes = first.Length; last.Next is { } next && (bytes += next.Length) <= maxBytes;) last = next;
        return last;
    }
}
