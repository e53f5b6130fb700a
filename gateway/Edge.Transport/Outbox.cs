using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Channels;
using System.Threading.Tasks.Sources;

namespace Edge.Transport;

/// <summary>Writes one message of an outbox to the connection.</summary>
public delegate void OutboxWriter<T>(in T message, IBufferWriter<byte> output);

/// <summary>Where an outbox's messages go: a connection that knows itself where one message ends and the next begins.</summary>
public interface IOutboxSink<T>
{
    /// <summary>Takes a message; it goes out with the next flush at the latest.</summary>
    void Put(in T message);

    /// <summary>Sends what was put, and waits while the peer reads slowly.</summary>
    /// <returns>False where the peer reads no more.</returns>
    ValueTask<bool> FlushAsync(CancellationToken cancel);
}

/// <summary>How much may wait for one peer.</summary>
/// <param name="Messages">The most messages; at least 1.</param>
/// <param name="Bytes">The most bytes, as told with each message; at least 1.</param>
public readonly record struct OutboxLimits(int Messages, long Bytes);

/// <summary>
/// Serialises the writes to one connection: many post, one pump writes. Everything that waits when the pump looks goes out in one flush; the pump looks at the
/// end of the poster's <see cref="FlushBatch"/>, or on the thread pool where the poster has none. It never grows past its limits: a peer that reads too slowly is
/// cut off by whoever finds <see cref="TryPost"/> false, not buffered.
/// </summary>
/// <typeparam name="T">What waits: frames, or whatever <see cref="OutboxWriter{T}"/> can turn into bytes at the last moment.</typeparam>
public sealed class Outbox<T> : IFlushable, IThreadPoolWorkItem, IValueTaskSource
{
    // One flush carries at most about this much: large enough to save system calls, small enough that a slow peer is felt early.
    private const int FlushBytes = 32 * 1024;

    private readonly OutboxLimits _limits;
    private readonly Channel<Entry> _queue;
    private ManualResetValueTaskSourceCore<bool> _arrival;
    private int _pump = Pump.Busy;
    private long _bytes;
    private TaskCompletionSource? _drained;
    private volatile bool _isCompleted;
    private volatile bool _pumpEnded;

    /// <summary>An empty outbox.</summary>
    public Outbox(OutboxLimits limits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.Messages, 1, nameof(limits));
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.Bytes, 1, nameof(limits));
        _limits = limits;
        _queue = Channel.CreateBounded<Entry>(new BoundedChannelOptions(limits.Messages)
        {
            SingleReader = true,
            FullMode = BoundedChannelFullMode.Wait,
        });
    }

    /// <summary>The bytes that wait, those of an unfinished flush included.</summary>
    public long PendingBytes => Interlocked.Read(ref _bytes);

    /// <summary>The messages that wait.</summary>
    public int PendingMessages => _queue.Reader.Count;

    /// <summary>Queues a message of about <paramref name="bytes"/> bytes.</summary>
    /// <returns>False when the peer lags behind by the whole capacity, or the outbox is completed: the caller ends the session.</returns>
    public bool TryPost(in T message, int bytes)
    {
        // A single message larger than the limit still passes an empty outbox: packet limits are somebody else's concern.
        var pending = Interlocked.Add(ref _bytes, bytes);
        if ((pending <= _limits.Bytes || pending == bytes) && _queue.Writer.TryWrite(new(message, bytes)))
        {
            Wake();
            return true;
        }

        Interlocked.Add(ref _bytes, -bytes);
        return false;
    }

    /// <summary>True where as much as <paramref name="share"/> (0 to 1) of the capacity is taken: the time to drop what may be dropped.</summary>
    public bool IsFilledTo(double share) =>
        PendingBytes >= _limits.Bytes * share || PendingMessages >= _limits.Messages * share;

    /// <summary>Waits until less than <paramref name="share"/> of the capacity is taken, or the pump ends: for a sender of much to one peer.</summary>
    public async ValueTask WaitUntilBelowAsync(double share, CancellationToken cancel = default)
    {
        while (IsFilledTo(share) && !_pumpEnded)
        {
            var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            drained = Interlocked.CompareExchange(ref _drained, drained, null) ?? drained;
            if (!IsFilledTo(share) || _pumpEnded) return; // the pump may have looked before the source was in place
            await drained.Task.WaitAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Takes nothing more; the pump ends when what waits has gone out.</summary>
    public void Complete()
    {
        _queue.Writer.TryComplete();
        _isCompleted = true;
        WakeOnPool();
    }

    /// <summary>Writes what is posted until <see cref="Complete"/>, the peer's end, or cancellation. One pump at a time; a second may follow
    /// the first, for instance on the upgraded stream after STARTTLS.</summary>
    /// <returns>False where the peer reads no more.</returns>
    public Task<bool> PumpAsync(PipeWriter output, OutboxWriter<T> write, CancellationToken cancel = default) =>
        PumpAsync(new PipeSink(output, write), cancel);

    /// <summary>As above, to a sink.</summary>
    /// <returns>False where the peer reads no more.</returns>
    public async Task<bool> PumpAsync(IOutboxSink<T> sink, CancellationToken cancel = default)
    {
        _pumpEnded = false;
        var registration = cancel.UnsafeRegister(static outbox => ((Outbox<T>)outbox!).WakeOnPool(), this);
        try
        {
            while (true)
            {
                cancel.ThrowIfCancellationRequested();
                var isLast = _isCompleted; // before the look: nothing is posted after it
                if (await WriteAsync(sink, cancel).ConfigureAwait(false) is { } isReading)
                {
                    if (!isReading) return false;
                }
                else if (isLast)
                {
                    return true;
                }
                else
                {
                    await ArrivalAsync(cancel).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            await registration.DisposeAsync().ConfigureAwait(false);
            _pumpEnded = true;
            ReleaseWaiting();
        }
    }

    void IFlushable.Flush() => WakeNow();

    void IThreadPoolWorkItem.Execute() => WakeNow();

    void IValueTaskSource.GetResult(short token) => _arrival.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _arrival.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _arrival.OnCompleted(continuation, state, token, flags);

    // One flush. Null where nothing waits; otherwise whether the peer still reads.
    private async ValueTask<bool?> WriteAsync(IOutboxSink<T> sink, CancellationToken cancel)
    {
        if (!TryDrain(sink, out var written)) return null;

        var isReading = await sink.FlushAsync(cancel).ConfigureAwait(false);
        Interlocked.Add(ref _bytes, -written);
        ReleaseWaiting();
        return isReading;
    }

    // Completes when the pump is woken, which may have been meanwhile.
    private ValueTask ArrivalAsync(CancellationToken cancel)
    {
        _arrival.Reset();
        Interlocked.Exchange(ref _pump, Pump.Asleep);
        var isDue = _queue.Reader.Count > 0 || _isCompleted || cancel.IsCancellationRequested;
        return isDue && Interlocked.CompareExchange(ref _pump, Pump.Busy, Pump.Asleep) == Pump.Asleep ? default : new(this, _arrival.Version);
    }

    private void Wake()
    {
        if (Interlocked.CompareExchange(ref _pump, Pump.Called, Pump.Asleep) == Pump.Asleep)
        {
            if (!FlushBatch.TryAdd(this)) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        else if (Volatile.Read(ref _pump) == Pump.Called && (PendingBytes >= FlushBytes || IsFilledTo(0.5)) && Interlocked.CompareExchange(ref _pump, Pump.Urged, Pump.Called) == Pump.Called)
        {
            // Much for one peer before the batch ends: it can read while the rest is posted, and is not taken for a slow one before anything was sent to it.
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private void WakeOnPool()
    {
        Interlocked.CompareExchange(ref _pump, Pump.Called, Pump.Asleep);
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    // The pump goes on here and now.
    private void WakeNow()
    {
        var isOurs = Interlocked.CompareExchange(ref _pump, Pump.Busy, Pump.Called) == Pump.Called
            || Interlocked.CompareExchange(ref _pump, Pump.Busy, Pump.Urged) == Pump.Urged;
        if (isOurs) _arrival.SetResult(true);
    }

    private void ReleaseWaiting() => Interlocked.Exchange(ref _drained, null)?.TrySetResult();

    private bool TryDrain(IOutboxSink<T> sink, out int bytes)
    {
        (bytes, var any) = (0, false);
        while (bytes < FlushBytes && _queue.Reader.TryRead(out var entry))
        {
            sink.Put(entry.Message);
            bytes += entry.Bytes;
            any = true;
        }

        return any;
    }

    private readonly record struct Entry(T Message, int Bytes);

    /// <summary>What the pump does.</summary>
    private static class Pump
    {
        /// <summary>It writes, or there is none: it looks by itself.</summary>
        public const int Busy = 0;

        /// <summary>It waits for somebody to wake it.</summary>
        public const int Asleep = 1;

        /// <summary>Somebody has called it, and it has not begun.</summary>
        public const int Called = 2;

        /// <summary>It was called, and then for much.</summary>
        public const int Urged = 3;
    }

    private sealed class PipeSink(PipeWriter output, OutboxWriter<T> write) : IOutboxSink<T>
    {
        public void Put(in T message) => write(message, output);

        public async ValueTask<bool> FlushAsync(CancellationToken cancel)
        {
            var result = await output.FlushAsync(cancel).ConfigureAwait(false);
            return !result.IsCompleted && !result.IsCanceled;
        }
    }
}
