using System.Net.Sockets;

namespace Edge.Transport.Sockets.Portable;

/// <summary>The reading half of a socket, with the errors that <see cref="SocketConnection.Input"/> promises.</summary>
internal sealed class PortableStream(PortableConnection connection, Socket socket) : NetworkStream(socket, ownsSocket: false)
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await Socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw connection.Explain(e);
        }
    }
}
