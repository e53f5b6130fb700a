using System.IO.Pipelines;
using System.Net;

using Microsoft.AspNetCore.Connections;

namespace Edge.Transport.Sockets.Linux;

/// <summary>
/// A connection served by an <see cref="EventLoop"/>: what the loop waits for, and its end. The descriptor is closed on the loop's thread, when
/// the sender is stopped under its lock and nobody else can hold it.
/// </summary>
internal sealed class EpollConnection : SocketConnection, IEventSource, ITicking
{
    // Beyond these a closing connection gets no time to read what it was sent: closing is never what uses up the descriptors or the processor.
    private const int MaxLingering = 1024;
    private const int MaxDrainedBytes = 1024 * 1024;

    private readonly EpollSettings _settings;
    private readonly EpollReader _reader;
    private readonly EpollSender _sender;
    private ulong _token;
    private EpollEvents _waitsFor;
    private bool _isInSet;
    private bool _isClosed; // written under Gate on the loop's thread
    private bool _isLingering;
    private long _lingersSince;
    private int _drained;

    public EpollConnection(int fd, IPEndPoint? remote, EventLoop loop, EpollSettings settings)
    {
        (Fd, Remote, Loop, _settings) = (fd, remote, loop, settings);
        _reader = new(this);
        _sender = new(this);
    }

    public override PipeReader Input => _reader;

    public override IByteSender Output => _sender;

    public override EndPoint? Remote { get; }

    /// <summary>The descriptor; valid on the loop's thread until closed, elsewhere only under the sender's lock.</summary>
    public int Fd { get; }

    public EventLoop Loop { get; }

    /// <summary>Guards what the loop waits for, and who reads.</summary>
    public Lock Gate { get; } = new();

    public override void Abort() => Loop.Post(Reset);

    internal override void Close() => Loop.Post(CloseInOrder);

    /// <summary>Makes the loop know it. On the loop's thread, once, before anything else.</summary>
    /// <returns>False where the loop has ended: the connection is closed.</returns>
    public bool TryOpen()
    {
        if (Loop.HasEnded) _ = Native.Close(Fd);
        else _token = Loop.Register(Fd, this);
        return !Loop.HasEnded;
    }

    /// <summary>Lets the loop wait for <paramref name="events"/> too. Under <see cref="Gate"/>.</summary>
    /// <exception cref="IOException">The kernel watches no more descriptors.</exception>
    public void WaitFor(EpollEvents events) => Change(_waitsFor | events);

    /// <summary>Lets the loop wait for <paramref name="events"/> no longer. Under <see cref="Gate"/>.</summary>
    public void IgnoreFrom(EpollEvents events, bool isHungUp)
    {
        Change(_waitsFor & ~events);

        // Errors and hang-ups are told whether wanted or not; where nobody can act on them, the loop would turn without end.
        if (isHungUp && _waitsFor == EpollEvents.None && _isInSet && !_isClosed)
        {
            Loop.Epoll.Remove(Fd);
            _isInSet = false;
        }
    }

    public void OnReady(EpollEvents events)
    {
        if (_isLingering)
        {
            Drain();
            return;
        }

        var isHungUp = (events & (EpollEvents.Error | EpollEvents.HangUp)) != 0;
        if (isHungUp || (events & EpollEvents.Writable) != 0) _sender.OnWritable();
        if (!_isClosed && (isHungUp || (events & EpollEvents.Readable) != 0)) _reader.OnReadable(isHungUp);
    }

    public void OnLoopEnds()
    {
        if (!_isClosed) Reset();
    }

    /// <summary>While it lingers: has it lingered long enough?</summary>
    public bool IsDone()
    {
        if (!_isClosed && _settings.Clock.GetElapsedTime(_lingersSince) >= _settings.Linger) CloseNow();
        return _isClosed;
    }

    private void Change(EpollEvents events)
    {
        if (_isClosed || (events == _waitsFor && _isInSet)) return;
        if (_isInSet) Loop.Epoll.Modify(Fd, events, _token);
        else if (events != EpollEvents.None) Loop.Epoll.Add(Fd, events, _token);
        _isInSet |= events != EpollEvents.None;
        _waitsFor = events;
    }

    private unsafe void Reset()
    {
        if (_isClosed) return;
        var linger = stackalloc int[] { 1, 0 }; // struct linger: on, no time: close sends a reset
        _ = Native.SetOption(Fd, Native.LevelSocket, Native.OptionLinger, linger, 2 * sizeof(int));
        CloseNow();
    }

    private void CloseInOrder()
    {
        _reader.Release();
        if (_isClosed || _isLingering) return;

        _sender.Stop();
        var canLinger = !_reader.IsAtEnd && _settings.Linger > TimeSpan.Zero && Loop.TickingCount < MaxLingering;
        if (!canLinger || Native.Shutdown(Fd, Native.ShutdownWrite) < 0)
        {
            CloseNow();
            return;
        }

        // Closing with bytes unread would reset the connection, and the peer might lose our last words: read on until it has closed too.
        _isLingering = true;
        _lingersSince = _settings.Clock.GetTimestamp();
        Drain();
        if (_isClosed) return;
        if (TryWaitForEnd()) Loop.Add(this);
        else CloseNow();
    }

    // Where the kernel watches no more descriptors, nobody would be told of its end, and it would stay open for ever.
    private bool TryWaitForEnd()
    {
        try
        {
            lock (Gate) Change(EpollEvents.Readable);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private unsafe void Drain()
    {
        var slab = Loop.Slab();
        fixed (byte* start = slab.Array)
        {
            while (_drained < MaxDrainedBytes)
            {
                var count = Native.Receive(Fd, start + slab.Next, (nuint)(slab.Array.Length - slab.Next), 0);
                if (count > 0) _drained += (int)count;
                else if (count < 0 && Errno.Last == Errno.Again) return;
                else if (count == 0 || Errno.Last != Errno.Interrupted) break;
            }
        }

        CloseNow();
    }

    private void CloseNow()
    {
        _sender.Stop();
        lock (Gate)
        {
            _isClosed = true;
            if (_isInSet) Loop.Epoll.Remove(Fd);
            _isInSet = false;
        }

        Loop.Unregister(Fd);
        _ = Native.Close(Fd);
        _reader.Fail(new ConnectionAbortedException("The connection is closed."));
    }
}
