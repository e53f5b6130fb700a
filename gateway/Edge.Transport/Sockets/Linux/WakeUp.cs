namespace Edge.Transport.Sockets.Linux;

/// <summary>Wakes a thread that waits in an <see cref="EpollSet"/>; many calls before it looks cost one.</summary>
internal sealed unsafe class WakeUp : IDisposable
{
    private readonly Lock _lock = new();
    private int _isSet;
    private bool _isClosed;

    public WakeUp()
    {
        Fd = Native.EventFd(0, Native.CloseOnExec | Native.NonBlocking);
        if (Fd < 0) throw new IOException($"eventfd: {Errno.Describe(Errno.Last)}");
    }

    public int Fd { get; }

    public void Set()
    {
        if (Interlocked.Exchange(ref _isSet, 1) != 0) return;
        lock (_lock) // a late call must not write to whatever got the number since
        {
            var one = 1UL;
            if (!_isClosed) _ = Native.Write(Fd, &one, sizeof(ulong));
        }
    }

    /// <summary>Before looking for what there is to do: what comes later wakes again.</summary>
    public void Reset()
    {
        ulong count;
        _ = Native.Read(Fd, &count, sizeof(ulong));
        Interlocked.Exchange(ref _isSet, 0);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (!_isClosed) _ = Native.Close(Fd);
            _isClosed = true;
        }
    }
}
