using System.IO.Pipelines;

namespace Edge.Transport;

/// <summary>A sender as the end of a pipe, for whoever writes piece by piece. What was written goes out with the next flush, at once; idle, it holds no buffer.</summary>
public sealed class SenderWriter(IByteSender sender) : PipeWriter
{
    private const int LeastRoom = 256;

    private PooledBytes _bytes;
    private int _likely; // how many went out last time
    private bool _isDone;

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => _bytes.Length;

    /// <inheritdoc/>
    public override void Advance(int bytes) => _bytes.Added(bytes);

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        ObjectDisposedException.ThrowIf(_isDone, this);
        return _bytes.MemoryFor(Math.Max(sizeHint, LeastRoom), _likely);
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_bytes.Length == 0) return new(isCanceled: false, isCompleted: _isDone);

        _likely = _bytes.Length;
        try
        {
            return new(isCanceled: false, isCompleted: !await sender.SendAsync(_bytes.Memory, cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            _bytes.Return();
        }
    }

    /// <inheritdoc/>
    /// <remarks>Sends the caller's own memory where nothing waits before it.</remarks>
    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
        _bytes.Length == 0 && !_isDone ? SendAsync(source, cancellationToken) : base.WriteAsync(source, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: cancel the token of the flush.</exception>
    public override void CancelPendingFlush() => throw new NotSupportedException("Cancel the token of the flush.");

    /// <inheritdoc/>
    /// <remarks>What was not flushed is dropped.</remarks>
    public override void Complete(Exception? exception = null)
    {
        _isDone = true;
        _bytes.Return();
    }

    private async ValueTask<FlushResult> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) =>
        new(isCanceled: false, isCompleted: !await sender.SendAsync(bytes, cancel).ConfigureAwait(false));
}
