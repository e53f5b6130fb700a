using System.Net.WebSockets;

using Edge.Xmpp.Wire;

namespace Edge.Xmpp.WebSockets;

/// <summary>Puts the fragments of a message together, up to a limit.</summary>
internal sealed class WebSocketReceiver(WebSocket socket)
{
    private const int LeastBytes = 1024;

    // What is kept between two messages: most clients send little, and there may be thousands of them.
    private const int KeptBytes = 8 * 1024;

    private byte[] _buffer = [];
    private int _length;

    /// <summary>The message, until the next is asked for.</summary>
    public ReadOnlySpan<byte> Message => _buffer.AsSpan(0, _length);

    public bool IsBinary { get; private set; }

    /// <summary>Receives the next message.</summary>
    /// <returns>False where the peer has closed, or broken off.</returns>
    /// <exception cref="XmppStreamException">It is longer than <paramref name="maxBytes"/>.</exception>
    public async Task<bool> ReceiveAsync(int maxBytes)
    {
        _length = 0;
        if (_buffer.Length > KeptBytes) _buffer = [];
        try
        {
            while (true)
            {
                if (_length == _buffer.Length) Array.Resize(ref _buffer, Math.Max(LeastBytes, _length * 2));
                var received = await socket.ReceiveAsync(_buffer.AsMemory(_length), CancellationToken.None).ConfigureAwait(false);
                if (received.MessageType == WebSocketMessageType.Close) return false;

                _length += received.Count;
                if (_length > maxBytes) throw XmppStreamException.Policy($"A stanza is longer than {maxBytes} bytes (xmpp:maxStanzaBytes).");
                IsBinary = received.MessageType == WebSocketMessageType.Binary;
                if (received.EndOfMessage || IsBinary) return true;
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            return false; // the peer is gone
        }
    }

    /// <summary>Reads until the peer has closed, and keeps nothing.</summary>
    public async Task DiscardAsync()
    {
        var scratch = new byte[LeastBytes];
        try
        {
            while (socket.State is WebSocketState.Open or WebSocketState.CloseSent
                && (await socket.ReceiveAsync(scratch.AsMemory(), CancellationToken.None).ConfigureAwait(false)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // Gone is as good as closed.
        }
    }
}
