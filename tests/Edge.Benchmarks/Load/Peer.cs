namespace Edge.Benchmarks.Load;

/// <summary>One connection of the generator: hands over what comes and gathers what is to be sent.</summary>
internal abstract class Peer
{
    private LoadLoop? _loop;
    private byte[] _rest = [];
    private int _restLength;
    private byte[] _out = [];
    private int _outStart;
    private int _outEnd;
    private bool _isPosted;
    private bool _isBlocked = true; // until it is connected

    /// <summary>The socket.</summary>
    public int Handle { get; private set; } = -1;

    /// <summary>Its place in the loop.</summary>
    public int Place { get; private set; }

    /// <summary>True while it has a socket.</summary>
    public bool IsOpen => Handle >= 0;

    internal void Attach(LoadLoop loop, int place, int handle) => (_loop, Place, Handle) = (loop, place, handle);

    /// <summary>Closes the socket.</summary>
    public void Close()
    {
        if (!IsOpen) return;
        _ = Libc.Close(Handle);
        Handle = -1;
        _loop!.Release(Place);
    }

    /// <summary>Asks for <see cref="Fill"/> and a flush at the end of the turn.</summary>
    public void Wake()
    {
        if (_isPosted || _loop is null) return;
        _isPosted = true;
        _loop.Posted(this);
    }

    /// <summary>Room for that many bytes to be sent at the end of the turn.</summary>
    protected Span<byte> Post(int count)
    {
        if (_outEnd + count > _out.Length) MakeRoom(count);
        _outEnd += count;
        Wake();
        return _out.AsSpan(_outEnd - count, count);
    }

    /// <summary>True while the socket takes nothing more.</summary>
    protected bool IsBlocked => _isBlocked;

    /// <summary>The last chance in a turn to post.</summary>
    protected virtual void Fill()
    {
    }

    /// <summary>Something has come, behind what was left of it the last time.</summary>
    /// <returns>What is not whole yet; it will come again, with more behind it.</returns>
    protected abstract ReadOnlySpan<byte> Take(ReadOnlySpan<byte> bytes);

    /// <summary>The other side has closed.</summary>
    protected virtual void OnClosed() => throw new IOException($"The server closed the connection of {this}: run again with --keep-logs and look at its log.");

    internal virtual void OnWritable()
    {
        _isBlocked = false;
        Flush();
        if (!_isBlocked) _loop!.AwaitRoom(this, false);
    }

    internal void Flush()
    {
        if (!IsOpen) return;
        _isPosted = true; // so that posts of Fill do not enlist it anew
        if (!_isBlocked) Fill();
        _isPosted = false;
        if (_isBlocked || _outStart == _outEnd) return;

        _outStart += LoopbackSocket.Send(Handle, _out.AsSpan(_outStart, _outEnd - _outStart));
        if (_outStart == _outEnd) (_outStart, _outEnd) = (0, 0);
        else Block();
    }

    internal void Receive(byte[] buffer)
    {
        _rest.AsSpan(0, _restLength).CopyTo(buffer);
        var count = LoopbackSocket.Receive(Handle, buffer.AsSpan(_restLength));
        if (count < 0) return;
        if (count == 0)
        {
            Close();
            OnClosed();
            return;
        }

        Keep(Take(buffer.AsSpan(0, _restLength + count)));
    }

    /// <summary>Waits until the socket takes more.</summary>
    protected void Block()
    {
        _isBlocked = true;
        _loop!.AwaitRoom(this, true);
    }

    private void Keep(ReadOnlySpan<byte> rest)
    {
        _restLength = rest.Length;
        if (_rest.Length < _restLength) _rest = new byte[_restLength + 64];
        rest.CopyTo(_rest);
    }

    private void MakeRoom(int count)
    {
        var waiting = _out.AsSpan(_outStart, _outEnd - _outStart);
        var target = waiting.Length + count > _out.Length ? new byte[Math.Max(256, 2 * (waiting.Length + count))] : _out;
        waiting.CopyTo(target);
        (_out, _outStart, _outEnd) = (target, 0, waiting.Length);
    }
}
