using System.Net.Sockets;

namespace Edge.Transport.Sockets.Portable;

/// <summary>Sends with the framework's sockets.</summary>
internal sealed class PortableSender(Socket socket) : IByteSender
{
    public async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel = default)
    {
        try
        {
            while (!bytes.IsEmpty) bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, cancel).ConfigureAwait(false)..];
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }
}
