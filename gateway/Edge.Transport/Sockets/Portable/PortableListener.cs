using System.Net;
using System.Net.Sockets;

using Microsoft.Extensions.Logging;

namespace Edge.Transport.Sockets.Portable;

/// <summary>Accepts with the framework's sockets.</summary>
internal sealed class PortableListener : SocketListener
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(250);

    private readonly Socket _socket;
    private readonly TimeProvider _clock;
    private readonly Task _accepting;

    public PortableListener(Socket socket, Func<SocketConnection, Task> serve, TimeProvider clock, ILogger logger) : base(serve, logger)
    {
        (_socket, _clock) = (socket, clock);
        Local = (IPEndPoint)socket.LocalEndPoint!;
        _accepting = Task.Run(AcceptAsync);
    }

    public override IPEndPoint Local { get; }

    private protected override Task StopAcceptingAsync()
    {
        _socket.Dispose();
        return _accepting;
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                var socket = await _socket.AcceptAsync().ConfigureAwait(false);
                socket.NoDelay = true;
                _ = Task.Run(() => ServeAsync(new PortableConnection(socket)));
            }
            catch (SocketException e) when (e.SocketErrorCode != SocketError.OperationAborted)
            {
                // The peer was gone before we came to it, or descriptors are short, which passes.
                await Task.Delay(Rest, _clock).ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return; // stopped
            }
        }
    }
}
