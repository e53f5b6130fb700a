using System.IO.Pipelines;

namespace Edge.Transport;

/// <summary>Sends into a pipe: TLS, WebSocket, tests.</summary>
public sealed class PipeSender(PipeWriter output) : IByteSender
{
    /// <inheritdoc/>
    public ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel = default)
    {
        var write = output.WriteAsync(bytes, cancel);
        return write.IsCompletedSuccessfully ? new(IsOpen(write.Result)) : FinishAsync(write);
    }

    private static async ValueTask<bool> FinishAsync(ValueTask<FlushResult> write) => IsOpen(await write.ConfigureAwait(false));

    private static bool IsOpen(FlushResult result) => !result.IsCompleted && !result.IsCanceled;
}
