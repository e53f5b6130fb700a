using System.Xml.Linq;

using Edge.Xmpp.Client;

namespace Edge.Conformance.Xmpp.Crash;

/// <summary>A client that reads what waited for it, and never says that it has it: neither acknowledges nor answers.</summary>
internal sealed class SilentReader(ClientConnection connection) : IAsyncDisposable
{
    public static async Task<SilentReader> ConnectAsync(XmppGatewayProcess gateway, string name, bool acknowledges, CancellationToken cancel)
    {
        var connection = new ClientConnection(await gateway.OpenAsync(cancel));
        var options = new XmppClientOptions { Host = "127.0.0.1", Domain = "edge.local", User = name, Password = XmppGatewayProcess.PasswordOf(name), AllowPlain = true };
        await new ClientLogin(connection, options).RunAsync(cancel);
        if (acknowledges) await connection.WriteAsync("<enable xmlns='urn:xmpp:sm:3' resume='true'/>", cancel);
        await connection.WriteAsync("<presence/>", cancel);
        return new(connection);
    }

    /// <summary>Reads so many messages.</summary>
    public async Task ReadAsync(int messages, CancellationToken cancel)
    {
        while (messages > 0)
        {
            var element = await connection.ReadAsync(cancel);
            if (element.Name == XName.Get("message", "jabber:client")) messages--;
        }
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
