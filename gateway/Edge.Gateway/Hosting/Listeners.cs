using System.Net;
using System.Net.Security;

using Edge.Gateway.Configuration;
using Edge.Mqtt;
using Edge.Transport.Tls;
using Edge.Xmpp;
using Edge.Xmpp.Web;

using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Edge.Gateway.Hosting;

/// <summary>Gives every server its listener, and knows afterwards which ports they got: MQTT in clear text and XMPP have sockets of our own, all others Kestrel.</summary>
internal sealed class Listeners(ListenersOptions options, IReadOnlyList<PortClash> clashes)
{
    private const string TlsRemedy =
        "Give the client the CA of this gateway's certificate (ca.pem in the data folder, unless tls:certificateFile names another), connect it by a name in the "
        + "certificate, and let it speak TLS 1.2 or 1.3";

    private readonly Dictionary<string, Func<int>> _ports = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The configured ports that were taken.</summary>
    public IReadOnlyList<PortClash> Clashes => clashes;

    /// <summary>Where the servers listen; ports are known once the host has started.</summary>
    public Endpoints Endpoints => new(Port("mqtts"), Port("mqtt"), Port("xmpp"), Port("https"), Port("http"))
    {
        Xmpps = Port("xmpps"),
        XmppComponents = Port("xmppComponents"),
        More = [.. options.More.Where(l => l.Enabled).Select(l => new MoreEndpoint(l.Name, Port(l.Name), l.Protocol == MqttListenerProtocol.Mqtts))],
    };

    /// <summary>The listeners that let MQTT clients of the network in without a password: told at every start.</summary>
    public IEnumerable<string> Open => options.All
        .Where(l => l.Listener is IMqttPolicyOptions { Anonymous: true } && l.Listener is { Enabled: true, IsLoopback: false }).Select(l => l.Key);

    /// <summary>What listens on sockets of our own.</summary>
    public IEnumerable<SocketEndpoint> Sockets
    {
        get
        {
            foreach (var (name, listener, _) in MqttListeners().Where(l => l.IsClearText))
            {
                yield return OnSocket(name, listener, (transport, services, local, closeRequested) =>
                    transport.ListenMqtt(services, local, PolicyOf(name, listener), closeRequested));
            }

            if (options.Xmpp.Enabled)
            {
                yield return OnSocket("xmpp", options.Xmpp, (transport, services, local, _) => transport.ListenXmpp(
                    services, local, new() { Name = "xmpp", AllowPlain = options.Xmpp.AllowPlain, ClientCertificates = ClientsOf(options.Xmpp, services) }));
            }
        }
    }

    /// <summary>Declares Kestrel's listeners.</summary>
    public void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        var certificates = kestrel.ApplicationServices.GetRequiredService<LocalCertificates>();
        foreach (var (name, listener, _) in MqttListeners().Where(l => !l.IsClearText))
        {
            var clients = ClientsOf(listener, kestrel.ApplicationServices);
            Listen(kestrel, name, listener, listen =>
            {
                listen.UseMqttGate(TlsRemedy);
                Secure(listen, certificates, clients);
                listen.UseMqtt(PolicyOf(name, listener));
            });
        }

        ConfigureXmpp(kestrel, certificates);
        Listen(kestrel, "https", options.Https, listen =>
        {
            Secure(listen, certificates);
            listen.UseMqttPolicy(PolicyOf("https", options.Https));
            listen.UseXmppPolicy(new() { Name = "https" });
        });
        Listen(kestrel, "http", options.Http, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.UseMqttPolicy(PolicyOf("http", options.Http));
            listen.UseXmppPolicy(new() { Name = "http", AllowPlain = true }); // heeded for this machine only
        });
    }

    private void ConfigureXmpp(KestrelServerOptions kestrel, LocalCertificates certificates)
    {
        var services = kestrel.ApplicationServices;
        Listen(kestrel, "xmpps", options.Xmpps, listen =>
        {
            listen.UseXmppGate(TlsRemedy);
            Secure(listen, certificates, ClientsOf(options.Xmpps, services), XmppServices.DirectTls);
            listen.UseXmpp(new() { Name = "xmpps" });
        });
        Listen(kestrel, "xmppComponents", options.XmppComponents, listen =>
        {
            if (options.XmppComponents.Tls) Secure(listen, certificates);
            listen.UseXmppComponents();
        });
    }

    private SocketEndpoint OnSocket(string name, ListenerOptions listener, OpenSocket open) =>
        new(AddressOf(listener), open, port => _ports[name] = () => port);

    private static void Secure(ListenOptions listen, LocalCertificates certificates, ClientCertificates? clients = null, SslApplicationProtocol? protocol = null) =>
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = context =>
            {
                var handshake = certificates.ServerOptions();
                if (protocol is { } only) handshake.ApplicationProtocols = [only];
                clients?.Apply(handshake, context.Connection.RemoteEndPoint);
                return new(handshake);
            },
        });

    private static ClientCertificates? ClientsOf(ICertificateDemand listener, IServiceProvider services) =>
        listener.ClientCertificates == ClientCertificateDemand.None
            ? null
            : new(listener.ClientCertificates, listener.ClientAuthority!, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<ClientCertificates>>());

    private static MqttListenerPolicy PolicyOf(string name, IMqttPolicyOptions listener) =>
        new() { Name = name, AllowAnonymous = listener.Anonymous, AllowBootstrap = listener.AllowBootstrap };

    private static IPEndPoint AddressOf(ListenerOptions listener) => new(listener.Parse()!, listener.Port);

    private IEnumerable<(string Name, MqttListenerOptions Options, bool IsClearText)> MqttListeners() =>
        options.All.Where(l => l.Listener is MqttListenerOptions { Enabled: true }).Select(l => (l.Name, (MqttListenerOptions)l.Listener, l.IsClearText));

    private void Listen(KestrelServerOptions kestrel, string name, ListenerOptions listener, Action<ListenOptions> configure)
    {
        if (!listener.Enabled) return;

        kestrel.Listen(AddressOf(listener), listen =>
        {
            _ports[name] = () => listen.IPEndPoint?.Port ?? 0; // Kestrel writes the port it got back into the options
            configure(listen);
        });
    }

    private int Port(string name) => _ports.TryGetValue(name, out var port) ? port() : 0;
}
