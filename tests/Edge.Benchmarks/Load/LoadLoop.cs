using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Edge.Benchmarks.Load;

/// <summary>One thread's loop over epoll: receives what has come, lets peers answer, and sends what they posted, once per peer and turn.</summary>
internal sealed unsafe class LoadLoop : IDisposable
{
    private const int MaxEvents = 512;
    private const int BufferBytes = 256 * 1024;

    // struct epoll_event is packed on x86-64 only.
    private static readonly int EventBytes = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private readonly int _epoll = Libc.EpollCreate(Libc.SockCloseOnExec);
    private readonly byte[] _events = new byte[MaxEvents * 16];
    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly List<Peer> _peers = [];
    private readonly Stack<int> _places = [];
    private List<Peer> _posted = [];
    private List<Peer> _flushing = [];

    /// <summary>Takes a peer in and connects it.</summary>
    public void Open(Peer peer, int port)
    {
        if (!_places.TryPop(out var place))
        {
            place = _peers.Count;
            _peers.Add(peer);
        }

        _peers[place] = peer;
        peer.Attach(this, place, LoopbackSocket.Connect(port));
        Interest(Libc.EpollCtlAdd, peer, Libc.EpollIn | Libc.EpollOut); // writable means connected
    }

    /// <summary>One turn: waits at most <paramref name="ticks"/> of <see cref="Stopwatch"/> for something to come.</summary>
    public void Turn(long ticks)
    {
        Flush();
        var nanoseconds = Math.Max(0, ticks) * (1_000_000_000 / Stopwatch.Frequency);
        var timeout = new Libc.TimeSpec { Seconds = (nint)(nanoseconds / 1_000_000_000), Nanoseconds = (nint)(nanoseconds % 1_000_000_000) };
        int count;
        fixed (byte* events = _events) count = Libc.EpollWait(_epoll, events, MaxEvents, &timeout, 0);
        if (count < 0 && Marshal.GetLastPInvokeError() != Libc.Interrupted) throw Libc.Fault("epoll_pwait2");

        for (var i = 0; i < count; i++)
        {
            var happened = _events.AsSpan(i * EventBytes, EventBytes);
            var peer = _peers[BinaryPrimitives.ReadInt32LittleEndian(happened[(EventBytes - 8)..])];
            if (!peer.IsOpen) continue;

            var what = BinaryPrimitives.ReadUInt32LittleEndian(happened);
            if ((what & ~Libc.EpollOut) != 0) peer.Receive(_buffer);
            if ((what & Libc.EpollOut) != 0 && peer.IsOpen) peer.OnWritable();
        }

        Flush();
    }

    /// <summary>Turns for so long.</summary>
    public void Run(TimeSpan time) => RunUntil(() => false, time);

    /// <summary>Turns until <paramref name="isDone"/> or the time is over: false then.</summary>
    public bool RunUntil(Func<bool> isDone, TimeSpan atMost)
    {
        var end = Stopwatch.GetTimestamp() + (long)(atMost.TotalSeconds * Stopwatch.Frequency);
        while (!isDone())
        {
            var left = end - Stopwatch.GetTimestamp();
            if (left <= 0) return false;
            Turn(Math.Min(left, Stopwatch.Frequency / 20));
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var peer in _peers) peer.Close();
        _ = Libc.Close(_epoll);
    }

    /// <summary>Flushes the peer at the end of the turn.</summary>
    internal void Posted(Peer peer) => _posted.Add(peer);

    internal void AwaitRoom(Peer peer, bool isWanted) => Interest(Libc.EpollCtlModify, peer, isWanted ? Libc.EpollIn | Libc.EpollOut : Libc.EpollIn);

    internal void Release(int place) => _places.Push(place);

    private void Flush()
    {
        while (_posted.Count > 0)
        {
            (_posted, _flushing) = (_flushing, _posted);
            foreach (var peer in _flushing) peer.Flush();
            _flushing.Clear();
        }
    }

    private void Interest(int operation, Peer peer, uint events)
    {
        var interest = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(new(interest, 4), events);
        BinaryPrimitives.WriteInt64LittleEndian(new(interest + EventBytes - 8, 8), peer.Place);
        if (Libc.EpollControl(_epoll, operation, peer.Handle, interest) < 0) throw Libc.Fault("epoll_ctl");
    }
}
