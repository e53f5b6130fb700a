using System.Net.Sockets;

using Edge.Conformance.Xmpp.Servers;
using Edge.TestKit;
using Edge.Xmpp.External;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Edge.Conformance.Xmpp;

/// <summary>The XMPP part of the gateway, joined to another server (<c>xmpp:mode: external</c>), over connections that a test can cut.</summary>
internal sealed class JoinedGateway : IAsyncDisposable
{
    private readonly XmppGateway _gateway;
    private readonly CuttableDialer _dialer;

    private JoinedGateway(XmppGateway gateway, CuttableDialer dialer) => (_gateway, _dialer) = (gateway, dialer);

    /// <summary>The links by the names of their services.</summary>
    public ExternalLink Link(string service) => Get<LinkTable>().All.Single(l => l.Service == service);

    public T Get<T>() where T : notnull => _gateway.Get<T>();

    /// <summary>Starts it; when this returns, all services are connected.</summary>
    public static async Task<JoinedGateway> StartAsync(IPeerServer server, Action<IServiceCollection>? more = null)
    {
        var dialer = new CuttableDialer();
        var gateway = await XmppGateway.StartAsync(
            more: services =>
            {
                services.Replace(ServiceDescriptor.Singleton<LinkDialer>(dialer));
                more?.Invoke(services);
            },
            settings:
            [
                ("xmpp:mode", "external"),
                ("xmpp:external:host", "127.0.0.1"),
                ("xmpp:external:port", $"{server.Port}"),
                ("xmpp:external:componentPort", $"{server.ComponentPort}"),
                ("xmpp:external:password", PeerServerSetup.PasswordOf("concentrator")),
                ("xmpp:external:authorityFile", server.AuthorityFile),
                ("xmpp:external:components:things:secret", PeerServerSetup.ComponentSecret),
                ("xmpp:external:components:provisioning:secret", PeerServerSetup.ComponentSecret),
            ]);
        var joined = new JoinedGateway(gateway, dialer);
        await joined.IsConnectedAsync();
        return joined;
    }

    /// <summary>Waits until every service is connected.</summary>
    public Task IsConnectedAsync() => Eventually.HoldsAsync(() => Get<LinkTable>().All.All(l => l.Address is not null), 25);

    /// <summary>Cuts every connection, as a router that is switched off.</summary>
    public void Cut() => _dialer.Cut();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    private sealed class CuttableDialer : LinkDialer
    {
        private readonly List<Stream> _open = [];

        public override async Task<Stream> DialAsync(string host, int port, CancellationToken cancel)
        {
            var stream = (NetworkStream)await base.DialAsync(host, port, cancel);
            stream.Socket.LingerState = new(enable: true, seconds: 0); // a reset: no goodbye, neither of XMPP nor of TCP
            lock (_open) _open.Add(stream);
            return stream;
        }

        public void Cut()
        {
            lock (_open)
            {
                foreach (var stream in _open) ((NetworkStream)stream).Socket.Close();
                _open.Clear();
            }
        }
    }
}
