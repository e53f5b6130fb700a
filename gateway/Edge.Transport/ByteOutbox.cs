using System.Runtime.CompilerServices;

namespace Edge.Transport;

/// <summary>Writes exactly the bytes of <paramref name="destination"/>, under the outbox's lock: fast, and without calling back.</summary>
public delegate void SpanWriter<T>(Span<byte> destination, in T state) where T : allows ref struct;

/// <summary>
/// Serialises what goes to one peer, as bytes: many post, one at a time sends. What is posted while a send is under way goes out with the next. It
/// never grows past its limits: whoever finds <see cref="TryPost"/> false drops the message or ends the session. Idle, it holds no buffer.
/// </summary>
public sealed class ByteOutbox : IFlushable, IThreadPoolWorkItem
{
    // Past this, or past half of the messages that may wait, a batch does not wait for its end: the peer can read while the rest is written, and is not taken
    // for a slow one before anything was sent to it.
    private const int FlushBytes = 32 * 1024;

    // The most that one send carries, so that a slow peer's progress is seen in steps of it.
    private const int SendBytes = 64 * 1024;

    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1); // timers take no more than 49 days

    private readonly Lock _lock = new();
    private readonly IByteSender _sender;
    private readonly OutboxLimits _limits;
    private readonly TimeProvider _clock;
    private PooledBytes _filling;
    private PooledBytes _sending;
    private int _fillingMessages;
    private int _sendingMessages;
    private int _sent; // of _sending
    private int _underWay; // the length of the send that has not completed
    private int _likely; // how many bytes went out last time
    private long _bytes;
    private int _messages;
    private bool _isSending;
    private bool _isQueued;
    private bool _isCompleted;
    private volatile bool _isPeerGone;
    private ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter _send;
    private Action? _onSent;
    private TaskCompletionSource? _changed;

    /// <summary>An empty outbox.</summary>
    /// <param name="sender">Where its bytes go.</param>
    /// <param name="limits">How much may wait; a single message above them still passes an empty outbox.</param>
    /// <param name="clock">Measures the patience of those who wait.</param>
    public ByteOutbox(IByteSender sender, OutboxLimits limits, TimeProvider? clock = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.Messages, 1, nameof(limits));
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.Bytes, 1, nameof(limits));
        (_sender, _limits, _clock) = (sender, limits, clock ?? TimeProvider.System);
    }

    /// <summary>Raised once when the peer reads no more, or the sender failed; on any thread, outside of every lock of the outbox.</summary>
    public event Action? PeerGone;

    /// <summary>True where the peer reads no more: what waited is dropped.</summary>
    public bool IsPeerGone => _isPeerGone;

    /// <summary>What the sender threw, where that is why the peer is gone.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>The bytes that wait, those under way included.</summary>
    public long PendingBytes => Volatile.Read(ref _bytes);

    /// <summary>The messages that wait, those under way included.</summary>
    public int PendingMessages => Volatile.Read(ref _messages);

    /// <summary>True where it holds a buffer; for tests.</summary>
    internal bool HoldsBuffer
    {
        get
        {
            lock (_lock) return _filling.HasArray || _sending.HasArray;
        }
    }

    /// <summary>Appends a message of exactly <paramref name="bytes"/> bytes, which <paramref name="write"/> writes.</summary>
    /// <returns>False where the limits are reached, the outbox is completed, or the peer is gone: nothing was written.</returns>
    public bool TryPost<TState>(int bytes, in TState state, SpanWriter<TState> write) where TState : allows ref struct
    {
        bool queue, isMuch;
        lock (_lock)
        {
            if (_isCompleted || _isPeerGone || !HasRoomFor(bytes)) return false;

            write(_filling.RoomFor(bytes, _likely), in state);
            Added(bytes);
            queue = !_isSending && !_isQueued;
            isMuch = !_isSending && (_filling.Length >= FlushBytes || _fillingMessages > _limits.Messages / 2);
            if (queue) _isQueued = true;
        }

        if (queue && !FlushBatch.TryAdd(this)) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        else if (isMuch && FlushBatch.IsOpen) Send();
        return true;
    }

    /// <summary>True where as much as <paramref name="share"/> (0 to 1) of the capacity is taken: the time to drop what may be dropped.</summary>
    public bool IsFilledTo(double share) => PendingBytes >= _limits.Bytes * share || PendingMessages >= _limits.Messages * share;

    /// <summary>Waits until less than <paramref name="share"/> of the capacity is taken.</summary>
    /// <returns>False where that did not come within <paramref name="patience"/>, the outbox is completed, or the peer is gone.</returns>
    public ValueTask<bool> WaitUntilBelowAsync(double share, TimeSpan patience, CancellationToken cancel = default) =>
        WaitAsync(share, patience, cancel);

    /// <summary>Takes nothing more; what waits is sent.</summary>
    /// <param name="lastWord">Goes out behind all that waits, whatever the limits are; empty for nothing.</param>
    public void Complete(ReadOnlySpan<byte> lastWord = default)
    {
        TaskCompletionSource? waiting;
        lock (_lock)
        {
            if (!_isCompleted && !_isPeerGone && !lastWord.IsEmpty)
            {
                lastWord.CopyTo(_filling.RoomFor(lastWord.Length, _likely));
                Added(lastWord.Length);
            }

            _isCompleted = true;
            (waiting, _changed) = (_changed, null);
        }

        waiting?.TrySetResult();
        Send();
    }

    /// <summary>Waits until everything is sent.</summary>
    /// <returns>False where that did not come within <paramref name="patience"/>, or the peer is gone.</returns>
    public async Task<bool> CompletedAsync(TimeSpan patience) => await WaitAsync(null, patience, default).ConfigureAwait(false);

    void IFlushable.Flush() => Flush();

    void IThreadPoolWorkItem.Execute() => Flush();

    private void Flush()
    {
        lock (_lock) _isQueued = false;
        Send();
    }

    private bool HasRoomFor(int bytes) => _bytes == 0 || (_bytes + bytes <= _limits.Bytes && _messages < _limits.Messages);

    private void Added(int bytes)
    {
        _filling.Added(bytes);
        _fillingMessages++;
        Volatile.Write(ref _bytes, _bytes + bytes);
        Volatile.Write(ref _messages, _messages + 1);
    }

    private void Send()
    {
        lock (_lock)
        {
            if (_isSending || _isPeerGone || _filling.Length == 0) return;
            _isSending = true;
            Swap();
        }

        Pump();
    }

    private void Swap()
    {
        (_sending, _filling) = (_filling, default);
        (_sendingMessages, _fillingMessages) = (_fillingMessages, 0);
        _sent = 0;
        _likely = Math.Min(_sending.Length, FlushBytes * 2);
    }

    // Only one thread at a time is here or in OnSent: the one that set _isSending.
    private void Pump()
    {
        do
        {
            _underWay = Math.Min(_sending.Length - _sent, SendBytes);
#pragma warning disable CA2012 // an awaiter is kept, as a compiled await does: an await of its own would cost each send a state machine
            _send = StartSend(_sending.Memory.Slice(_sent, _underWay)).ConfigureAwait(false).GetAwaiter();
#pragma warning restore CA2012
            if (!_send.IsCompleted)
            {
                _send.UnsafeOnCompleted(_onSent ??= OnSent);
                return;
            }
        }
        while (Finish());
    }

    private void OnSent()
    {
        if (Finish()) Pump();
    }

    private ValueTask<bool> StartSend(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return _sender.SendAsync(bytes);
        }
        catch (Exception e) // one ladder for what is thrown at once and what is thrown later
        {
            return ValueTask.FromException<bool>(e);
        }
    }

    private bool IsSent()
    {
        try
        {
            return _send.GetResult();
        }
        catch (Exception e) // whatever keeps a sender from sending: this peer gets nothing more, and whoever ends the session can tell why
        {
            Fault = e;
            return false;
        }
    }

    // True where there is more to send.
    private bool Finish()
    {
        var isSent = IsSent();
        _send = default;
        bool more;
        TaskCompletionSource? waiting;
        lock (_lock)
        {
            more = isSent ? Advance() : GiveUp();
            (waiting, _changed) = (_changed, null);
        }

        waiting?.TrySetResult();
        if (!isSent) PeerGone?.Invoke();
        return more;
    }

    private bool Advance()
    {
        _sent += _underWay;
        Volatile.Write(ref _bytes, _bytes - _underWay);
        if (_sent < _sending.Length) return true;

        _sending.Return();
        Volatile.Write(ref _messages, _messages - _sendingMessages);
        if (_filling.Length > 0) Swap();
        else _isSending = false;
        return _isSending;
    }

    private bool GiveUp()
    {
        _isPeerGone = true;
        _isSending = false;
        _sending.Return();
        _filling.Return();
        Volatile.Write(ref _bytes, 0);
        Volatile.Write(ref _messages, 0);
        return false;
    }

    // Without a share: until nothing waits.
    private async ValueTask<bool> WaitAsync(double? share, TimeSpan patience, CancellationToken cancel)
    {
        var started = _clock.GetTimestamp();
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_isPeerGone || (_isCompleted && share is not null)) return false;
                if (share is { } s ? !IsFilledTo(s) : _bytes == 0) return true;
                changed = (_changed ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            var left = patience - _clock.GetElapsedTime(started);
            if (left <= TimeSpan.Zero) return false;
            await HappensAsync(changed, left < LongestWait ? left : LongestWait, cancel).ConfigureAwait(false);
        }
    }

    private async ValueTask HappensAsync(Task change, TimeSpan patience, CancellationToken cancel)
    {
        try
        {
            await change.WaitAsync(patience, _clock, cancel).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The caller looks at the clock.
        }
    }
}
