using System.Net;

using Edge.Transport;
using Edge.Transport.Sockets;
using Edge.Xmpp.Sessions;

using Microsoft.Extensions.DependencyInjection;

namespace Edge.Xmpp;

/// <summary>Puts the XMPP server on sockets of our own: streams that begin in the clear (RFC 6120), without a detour.</summary>
public static class XmppSockets
{
    /// <summary>Serves XMPP clients at <paramref name="local"/>.</summary>
    /// <param name="transport">The sockets.</param>
    /// <param name="services">The host's services, with the server.</param>
    /// <param name="local">The address; port 0 takes a free one.</param>
    /// <param name="policy">What the listener allows.</param>
    /// <exception cref="IOException">The address is taken.</exception>
    public static SocketListener ListenXmpp(this SocketTransport transport, IServiceProvider services, IPEndPoint local, XmppListenerPolicy policy)
    {
        var server = services.GetRequiredService<XmppServer>();
        return transport.Listen(local, connection => ServeAsync(server, connection, policy));
    }

    private static async Task ServeAsync(XmppServer server, SocketConnection connection, XmppListenerPolicy policy)
    {
        var reason = await server.ServeAsync(new SocketPipe(connection), connection.Remote, policy).ConfigureAwait(false);

        // A peer that does not read must not hold the socket until all it was sent has gone out. One that did not sign in in time is told so first.
        if (reason is EndReason.SlowConsumer or EndReason.KeepAliveTimeout) connection.Abort();
    }
}
