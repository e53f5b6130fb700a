using System.Net;

using Edge.Gateway.Configuration;
using Edge.Mqtt;
using Edge.Transport.Tls;
using Edge.Xmpp;

using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Edge.Gateway.Hosting;

/// <summary>Gives every server its Kestrel listener, and knows afterwards which ports they got.</summary>
internal sealed class Listeners(ListenersOptions options, IReadOnlyList<PortClash> clashes)
{
    private readonly Dictionary<string, ListenOptions> _bound = [];

    /// <summary>The configured ports that were taken.</summary>
    public IReadOnlyList<PortClash> Clashes => clashes;

    /// <summary>Where the servers listen; ports are known once the host has started.</summary>
    public Endpoints Endpoints => new(Port("mqtts"), Port("mqtt"), Port("xmpp"), Port("https"), Port("http"));

    /// <summary>Declares the listeners.</summary>
    public void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        var certificates = kestrel.ApplicationServices.GetRequiredService<LocalCertificates>();
        Listen(kestrel, "mqtts", options.Mqtts, listen =>
        {
            Secure(listen, certificates);
            listen.UseMqtt(new MqttListenerPolicy { Name = "mqtts" });
        });
        Listen(kestrel, "mqtt", options.Mqtt, listen => listen.UseMqtt(new MqttListenerPolicy { Name = "mqtt" }));
        Listen(kestrel, "xmpp", options.Xmpp, listen => listen.UseXmpp(new XmppListenerPolicy { Name = "xmpp" }));
        Listen(kestrel, "https", options.Https, listen => Secure(listen, certificates));
        Listen(kestrel, "http", options.Http, listen => listen.Protocols = HttpProtocols.Http1);
    }

    private static void Secure(ListenOptions listen, LocalCertificates certificates) =>
        listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => new(certificates.ServerOptions()) });

    private void Listen(KestrelServerOptions kestrel, string name, ListenerOptions listener, Action<ListenOptions> configure)
    {
        if (!listener.Enabled) return;

        kestrel.Listen(new IPEndPoint(listener.Parse()!, listener.Port), listen =>
        {
            _bound[name] = listen;
            configure(listen);
        });
    }

    // Kestrel writes the port it got back into the options of the listener.
    private int Port(string name) => _bound.TryGetValue(name, out var listen) ? listen.IPEndPoint?.Port ?? 0 : 0;
}
