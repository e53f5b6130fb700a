using System.Threading.Tasks.Sources;

namespace Edge.Transport.Sockets.Linux;

/// <summary>Sends from any thread: at once what the kernel takes, the rest when the loop finds room for it.</summary>
internal sealed class EpollSender(EpollConnection connection) : IByteSender, IValueTaskSource<bool>
{
    private readonly Lock _lock = new(); // taken before the connection's gate
    private ManualResetValueTaskSourceCore<bool> _source;
    private ReadOnlyMemory<byte> _rest;
    private CancellationTokenRegistration _cancellation;
    private bool _isWaiting;
    private bool _isStopped;

    private enum Outcome
    {
        Sent,
        Blocked,
        Gone,
    }

    public ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel = default)
    {
        if (cancel.IsCancellationRequested) return ValueTask.FromCanceled<bool>(cancel);
        lock (_lock)
        {
            if (_isWaiting) throw new InvalidOperationException("A send is under way.");
            if (_isStopped) return new(false);
            if (SendSome(ref bytes) is var outcome && outcome != Outcome.Blocked) return new(outcome == Outcome.Sent);

            lock (connection.Gate) connection.WaitFor(EpollEvents.Writable);
            _rest = bytes;
            _source.Reset();
            _isWaiting = true;
            if (cancel.CanBeCanceled) _cancellation = cancel.UnsafeRegister(static (state, token) => ((EpollSender)state!).PostCancel(token), this);
            return new(this, _source.Version);
        }
    }

    /// <summary>There is room, or an error to find. On the loop's thread.</summary>
    public void OnWritable()
    {
        Outcome outcome;
        lock (_lock)
        {
            if (!_isWaiting || _isStopped) return;
            outcome = SendSome(ref _rest);
            if (outcome == Outcome.Blocked) return;
            EndWait();
        }

        _source.SetResult(outcome == Outcome.Sent);
    }

    /// <summary>Sends nothing more: afterwards nobody holds the descriptor. On the loop's thread.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _isStopped = true;
            if (!_isWaiting) return;
            EndWait();
        }

        _source.SetResult(false);
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    // Under the lock, which keeps the descriptor open.
    private unsafe Outcome SendSome(ref ReadOnlyMemory<byte> bytes)
    {
        fixed (byte* start = bytes.Span)
        {
            var sent = 0;
            while (sent < bytes.Length)
            {
                var count = Native.Send(connection.Fd, start + sent, (nuint)(bytes.Length - sent), Native.NoSignal);
                if (count >= 0)
                {
                    sent += (int)count;
                    continue;
                }

                var error = Errno.Last;
                if (error == Errno.Interrupted) continue;
                if (error == Errno.Again)
                {
                    bytes = bytes[sent..];
                    return Outcome.Blocked;
                }

                _isStopped = true;
                return Outcome.Gone;
            }
        }

        return Outcome.Sent;
    }

    private void EndWait()
    {
        _isWaiting = false;
        _rest = default;
        _cancellation.Unregister();
        _cancellation = default;
        lock (connection.Gate) connection.IgnoreFrom(EpollEvents.Writable, isHungUp: false);
    }

    private void PostCancel(CancellationToken token) => connection.Loop.Post(() => Cancel(token));

    // What was sent of the message is sent: the connection is of no use afterwards, and its owner ends it.
    private void Cancel(CancellationToken token)
    {
        lock (_lock)
        {
            if (!_isWaiting || _cancellation.Token != token) return;
            EndWait();
            _isStopped = true;
        }

        _source.SetException(new OperationCanceledException(token));
    }
}
