using System.Collections.Concurrent;

using Microsoft.Extensions.Logging;

namespace Edge.Transport.Sockets.Linux;

/// <summary>
/// One thread that waits for descriptors and serves each where it is ready. Every round runs inside a <see cref="FlushBatch"/>, so that an outbox is sent once
/// per round however many messages it got. Descriptors are closed on this thread only, which is why none can be used after it was closed.
/// </summary>
internal sealed partial class EventLoop : IDisposable
{
    private const int TickMilliseconds = 250;

    // What one connection gets done before others have their turn: about ninety small messages, some fifty microseconds. A flood has as many turns as it can
    // use, and the others' messages wait for no more than one of them. Where a few others are active beside it, its turns are shorter still: who sends a message now
    // and then would notice. Many that are ready at the same time wait for each other anyway, and long turns get them all done sooner.
    private const int LongTurn = 8 * 1024;
    private const int ShortTurn = 2 * 1024;
    private const int Few = 8;
    private const int CompanyMilliseconds = 20;

    private readonly EpollSet _epoll = new();
    private readonly WakeUp _wakeUp = new();
    private readonly ConcurrentQueue<Action> _work = new();
    private readonly List<ITicking> _ticking = [];
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private IEventSource?[] _sources = new IEventSource?[64]; // by descriptor
    private uint[] _generations = new uint[64];
    private ReceiveSlab _slab = new();
    private uint _generation;
    private long _ticked;
    private long _hadCompany = -CompanyMilliseconds;
    private bool _isEnding;
    private volatile bool _hasEnded;

    public EventLoop(string name, ILogger logger)
    {
        _logger = logger;
        _epoll.Add(_wakeUp.Fd, EpollEvents.Readable, (uint)_wakeUp.Fd); // generation 0 is nobody else's
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    public EpollSet Epoll => _epoll;

    /// <summary>True on the loop's thread.</summary>
    public bool IsCurrent => Thread.CurrentThread == _thread;

    /// <summary>The most bytes to receive from a connection in this round.</summary>
    public int TurnBytes { get; private set; } = LongTurn;

    /// <summary>How many wait for time to pass.</summary>
    public int TickingCount => _ticking.Count;

    /// <summary>True when the loop is over: no descriptor can be served by it any more.</summary>
    public bool HasEnded => _hasEnded;

    /// <summary>Runs <paramref name="work"/> on the loop's thread, after what this round has posted is sent; on the caller's once the loop has ended.</summary>
    public void Post(Action work)
    {
        _work.Enqueue(work);
        if (_hasEnded) WorkOff();
        else if (!IsCurrent) _wakeUp.Set();
    }

    /// <summary>Makes <paramref name="source"/> the owner of a descriptor. On the loop's thread only, as all below.</summary>
    /// <returns>The token for <see cref="Epoll"/>: events of an earlier owner of the same number are told from its own.</returns>
    public ulong Register(int fd, IEventSource source)
    {
        if (fd >= _sources.Length)
        {
            Array.Resize(ref _sources, Math.Max(fd + 1, _sources.Length * 2));
            Array.Resize(ref _generations, _sources.Length);
        }

        if (++_generation == 0) _generation = 1;
        _sources[fd] = source;
        _generations[fd] = _generation;
        return ((ulong)_generation << 32) | (uint)fd;
    }

    public void Unregister(int fd) => _sources[fd] = null;

    /// <summary>Asks <paramref name="ticking"/> a few times a second from now on. The loop wakes for that only while somebody wants it.</summary>
    public void Add(ITicking ticking)
    {
        if (_ticking.Count == 0) _ticked = Environment.TickCount64;
        _ticking.Add(ticking);
    }

    /// <summary>Room for one receive.</summary>
    public ReceiveSlab Slab()
    {
        if (_slab.IsUsedUp)
        {
            _slab.Release();
            _slab = new();
        }

        return _slab;
    }

    public void Dispose()
    {
        Post(() => _isEnding = true);
        if (!IsCurrent) _thread.Join();
    }

    private void Run()
    {
        try
        {
            while (!_isEnding)
            {
                var count = _epoll.Wait(!_work.IsEmpty ? 0 : _ticking.Count > 0 ? TickMilliseconds : -1);
                Batch(count, static (loop, count) => loop.Dispatch(count));
                if (!_work.IsEmpty || _ticking.Count > 0) Batch(_work.Count, static (loop, count) => { loop.Work(count); loop.Tick(); });
            }
        }
        catch (Exception e)
        {
            LogDied(e, _thread.Name!);
        }
        finally
        {
            End();
        }
    }

    private void Batch(int count, Action<EventLoop, int> round)
    {
        FlushBatch.Enter();
        round(this, count);
        try
        {
            FlushBatch.Leave();
        }
        catch (Exception e) // whoever listens to an outbox has a bug
        {
            LogBug(e);
        }
    }

    private void Dispatch(int count)
    {
        ChooseTurn(count);
        for (var i = 0; i < count; i++)
        {
            var token = _epoll.TokenOf(i);
            var fd = (int)(uint)token;
            if (fd == _wakeUp.Fd) _wakeUp.Reset();
            else if (fd < _sources.Length && _sources[fd] is { } source && _generations[fd] == (uint)(token >> 32)) Serve(source, _epoll.EventsOf(i));
        }
    }

    private void ChooseTurn(int count)
    {
        var now = Environment.TickCount64;
        if (count > 1) _hadCompany = now;
        TurnBytes = count < Few && now - _hadCompany < CompanyMilliseconds ? ShortTurn : LongTurn;
    }

    private void Serve(IEventSource source, EpollEvents events)
    {
        try
        {
            source.OnReady(events);
        }
        catch (Exception e) // one connection's bug must not end all others
        {
            LogBug(e);
        }
    }

    // No more than there was when the round began: what work posts waits until the sockets had their turn.
    private void Work(int count)
    {
        for (; count > 0 && _work.TryDequeue(out var work); count--)
        {
            try
            {
                work();
            }
            catch (Exception e)
            {
                LogBug(e);
            }
        }
    }

    // A busy loop turns thousands of times a second; time passes no faster for that.
    private void Tick()
    {
        var now = Environment.TickCount64;
        if (now - _ticked < TickMilliseconds) return;
        _ticked = now;
        for (var i = _ticking.Count - 1; i >= 0; i--)
        {
            if (IsDone(_ticking[i])) _ticking.RemoveAt(i);
        }
    }

    // Who fails is asked no more: it would fail each time.
    private bool IsDone(ITicking ticking)
    {
        try
        {
            return ticking.IsDone();
        }
        catch (Exception e)
        {
            LogBug(e);
            return true;
        }
    }

    // Who waits for work to be done is not left waiting. Descriptors are closed by then, and work finds that out before it touches them.
    private void WorkOff()
    {
        lock (_work) Work(int.MaxValue);
    }

    // The others' descriptors are closed all the same.
    private void Close(IEventSource? source)
    {
        try
        {
            source?.OnLoopEnds();
        }
        catch (Exception e)
        {
            LogBug(e);
        }
    }

    private void End()
    {
        foreach (var source in _sources) Close(source);
        _hasEnded = true;
        Interlocked.MemoryBarrier(); // what is posted from now on, its poster runs
        WorkOff();
        _wakeUp.Dispose();
        _epoll.Dispose();
        _slab.Release();
    }

    [LoggerMessage(EventId = 1241, Level = LogLevel.Error, Message = "A bug in the service of a socket")]
    private partial void LogBug(Exception e);

    [LoggerMessage(EventId = 1242, Level = LogLevel.Critical, Message = "The thread {Name} ended by a bug: nothing is served by it any more")]
    private partial void LogDied(Exception e, string name);
}
