using System.IO.Pipelines;
using System.Net.WebSockets;

namespace Edge.Mqtt.WebSockets;

/// <summary>
/// Brings the bytes of binary messages into a pipe, whatever their borders: packets and messages need not align ([MQTT-6.0.0-2]). It reads on its own, so that
/// giving up a read of the pipe does not abort the WebSocket, which could not say goodbye then.
/// </summary>
internal sealed class WebSocketReceiver(WebSocket socket)
{
    // A client that sends faster than it is served waits, by its own socket.
    private const int PauseBytes = 64 * 1024;
    private const int LeastBytes = 2048;

    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: PauseBytes, resumeWriterThreshold: PauseBytes / 2, useSynchronizationContext: false));

    public PipeReader Input => _pipe.Reader;

    /// <summary>How to close, where the client gave a reason to; else null.</summary>
    public WebSocketCloseStatus? Fault { get; private set; }

    /// <summary>Receives until the peer closes or breaks off, or <paramref name="cancel"/>. Does not throw.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var isOrderly = await GuardAsync(ReceiveAsync, cancel).ConfigureAwait(false);

        // Never as a failure: that would hide what came before it from the reader. A DISCONNECT counts, however the peer breaks off after it.
        await _pipe.Writer.CompleteAsync().ConfigureAwait(false);

        // Nobody wants more; the peer's close is waited for, so that it can read what it was sent.
        if (isOrderly) await GuardAsync(DiscardAsync, cancel).ConfigureAwait(false);
    }

    private static async Task<bool> GuardAsync(Func<CancellationToken, ValueTask<bool>> step, CancellationToken cancel)
    {
        try
        {
            while (await step(cancel).ConfigureAwait(false))
            {
            }

            return true;
        }
        catch (Exception e) when (e is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            return false; // the peer is gone
        }
        catch (OperationCanceledException)
        {
            return true; // the server is done with it
        }
    }

    private async ValueTask<bool> ReceiveAsync(CancellationToken cancel)
    {
        var received = await socket.ReceiveAsync(_pipe.Writer.GetMemory(LeastBytes), cancel).ConfigureAwait(false);
        if (received.MessageType == WebSocketMessageType.Close) return false;
        if (received.MessageType == WebSocketMessageType.Text)
        {
            Fault = WebSocketCloseStatus.InvalidMessageType; // [MQTT-6.0.0-1]
            return false;
        }

        _pipe.Writer.Advance(received.Count);
        var flushed = await _pipe.Writer.FlushAsync(cancel).ConfigureAwait(false);
        return !flushed.IsCompleted;
    }

    private async ValueTask<bool> DiscardAsync(CancellationToken cancel)
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseSent)) return false;
        var received = await socket.ReceiveAsync(new Memory<byte>(new byte[LeastBytes]), cancel).ConfigureAwait(false);
        return received.MessageType != WebSocketMessageType.Close;
    }
}
