using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Tasks.Sources;

using Microsoft.AspNetCore.Connections;

namespace Edge.Transport.Sockets.Linux;

/// <summary>
/// Reads a socket on the loop's thread, when it is ready and somebody waits for it: between reads a connection holds no buffer, only the part of a message that
/// has not come whole. A read that waits is completed on the loop's thread and nowhere else.
/// </summary>
internal sealed class EpollReader(EpollConnection connection) : PipeReader, IValueTaskSource<ReadResult>
{
    private ManualResetValueTaskSourceCore<ReadResult> _source;
    private ReadBuffer _buffer;
    private CancellationToken _token;
    private CancellationTokenRegistration _cancellation;
    private Exception? _fault;
    private volatile bool _isWaiting; // set under the gate, cleared on the loop's thread
    private bool _isCancelRequested;
    private bool _isDone;
    private volatile bool _isAtEnd;

    /// <summary>True where the peer has closed its side, or the connection is broken.</summary>
    public bool IsAtEnd => _isAtEnd || _fault is not null;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<ReadResult>(cancellationToken);
        lock (connection.Gate)
        {
            if (TryReadNow(out var result)) return new(result);
            if (_fault is not null) return ValueTask.FromException<ReadResult>(_fault);

            Watch(cancellationToken);
            connection.WaitFor(EpollEvents.Readable);
            _source.Reset();
            _isWaiting = true;
            return new(this, _source.Version);
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        lock (connection.Gate) return TryReadNow(out result);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_isWaiting) throw new InvalidOperationException("A read is under way.");
        _buffer.Advance(consumed, examined);
    }

    public override void CancelPendingRead()
    {
        lock (connection.Gate)
        {
            _isCancelRequested = true;
            if (!_isWaiting) return;
        }

        connection.Loop.Post(CompleteCancelled);
    }

    public override void Complete(Exception? exception = null)
    {
        lock (connection.Gate)
        {
            _isDone = true;
            if (_isWaiting) return; // the connection's end completes it
        }

        Release();
    }

    /// <summary>Something to receive, or an error to find. On the loop's thread.</summary>
    public void OnReadable(bool isHungUp)
    {
        if (!_isWaiting)
        {
            lock (connection.Gate)
            {
                if (!_isWaiting)
                {
                    connection.IgnoreFrom(EpollEvents.Readable, isHungUp);
                    return;
                }
            }
        }

        var slab = connection.Loop.Slab();
        var count = _buffer.Receive(connection.Fd, slab, connection.Loop.TurnBytes);
        if (count < 0 && Errno.Last is Errno.Again or Errno.Interrupted) return;

        _isWaiting = false;
        if (count < 0)
        {
            _fault = new ConnectionResetException($"The peer reset the connection ({Errno.Describe(Errno.Last)}).");
            _source.SetException(_fault);
            return;
        }

        if (count == 0) _isAtEnd = true;
        var end = _buffer.End;
        _source.SetResult(new(_buffer.Content, isCanceled: false, _isAtEnd));
        if (_buffer.Holds(slab)) slab.KeepUntil(end);
    }

    /// <summary>Ends a read that waits, and all later ones. On the loop's thread.</summary>
    public void Fail(Exception reason)
    {
        lock (connection.Gate)
        {
            _fault ??= reason;
            if (!_isWaiting) return;
            _isWaiting = false;
        }

        _source.SetException(_fault);
    }

    /// <summary>Gives back what is held. Whoever read does not any more.</summary>
    public void Release()
    {
        _cancellation.Unregister();
        _cancellation = default;
        _buffer.Release();
    }

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    // Under the gate.
    private bool TryReadNow(out ReadResult result)
    {
        if (_isDone) throw new InvalidOperationException("The reader is completed.");
        if (_isWaiting) throw new InvalidOperationException("A read is under way.");
        result = default;
        if (!_isCancelRequested && (_fault is not null || (!_buffer.HasUnexamined && !_isAtEnd))) return false;

        result = new(_buffer.Content, _isCancelRequested, _isAtEnd);
        _isCancelRequested = false;
        return true;
    }

    // One registration serves all reads with the same token: most connections have one token from their first read to their last.
    private void Watch(CancellationToken token)
    {
        if (token == _token) return;
        _cancellation.Unregister();
        _token = token;
        _cancellation = token.UnsafeRegister(static state => ((EpollReader)state!).PostTokenCancelled(), this);
    }

    private void PostTokenCancelled() => connection.Loop.Post(CompleteByToken);

    private void CompleteByToken()
    {
        CancellationToken token;
        lock (connection.Gate)
        {
            token = _token;
            if (!_isWaiting || !token.IsCancellationRequested) return;
            _isWaiting = false;
        }

        _source.SetException(new OperationCanceledException(token));
    }

    private void CompleteCancelled()
    {
        lock (connection.Gate)
        {
            if (!_isWaiting || !_isCancelRequested) return;
            _isCancelRequested = false;
            _isWaiting = false;
        }

        _source.SetResult(new(_buffer.Content, isCanceled: true, _isAtEnd));
    }
}
