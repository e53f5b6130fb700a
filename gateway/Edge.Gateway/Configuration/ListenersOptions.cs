namespace Edge.Gateway.Configuration;

/// <summary>What to do with a configured port that another process holds.</summary>
public enum TakenPort
{
    /// <summary>Say who holds it and do not start: clients know a service by its port.</summary>
    Fail,

    /// <summary>Say who holds it and take a free one: right for a demonstration.</summary>
    Next,
}

/// <summary>Every listener of the gateway (section <c>listeners</c>).</summary>
public sealed class ListenersOptions
{
    /// <summary>What to do with a port that is taken.</summary>
    public TakenPort TakenPort { get; set; } = TakenPort.Fail;

    /// <summary>MQTT over TLS.</summary>
    public MqttListenerOptions Mqtts { get; set; } = new() { Port = 8883 };

    /// <summary>MQTT in clear text; loopback only, unless it is told otherwise.</summary>
    public MqttListenerOptions Mqtt { get; set; } = new() { Port = 1883, Address = "localhost" };

    /// <summary>Further listeners for MQTT, each with its own policy.</summary>
    public IList<MoreListenerOptions> More { get; } = [];

    /// <summary>XMPP clients; STARTTLS.</summary>
    public XmppListenerOptions Xmpp { get; set; } = new() { Port = 5222 };

    /// <summary>XMPP clients that begin with TLS at once (XEP-0368). Off by default: every client knows STARTTLS.</summary>
    public XmppListenerOptions Xmpps { get; set; } = new() { Port = 5223, Enabled = false };

    /// <summary>XMPP components (XEP-0114), which <c>xmpp:components</c> names. Off by default, and in clear text for this machine only, unless it has TLS.</summary>
    public ComponentListenerOptions XmppComponents { get; set; } = new() { Port = 5347, Address = "localhost", Enabled = false };

    /// <summary>The portal over TLS, MQTT over WebSocket, XMPP over WebSocket and BOSH.</summary>
    public PortalListenerOptions Https { get; set; } = new() { Port = 8443 };

    /// <summary>The same in clear text; loopback only, unless it is told otherwise. Off by default.</summary>
    public PortalListenerOptions Http { get; set; } = new() { Port = 8080, Address = "localhost", Enabled = false };

    /// <summary>All of them.</summary>
    internal IEnumerable<NamedListener> All =>
    [
        new("mqtts", "listeners:mqtts", Mqtts, false),
        new("mqtt", "listeners:mqtt", Mqtt, true),
        new("xmpp", "listeners:xmpp", Xmpp, false),
        new("xmpps", "listeners:xmpps", Xmpps, false),
        new("xmppComponents", "listeners:xmppComponents", XmppComponents, !XmppComponents.Tls),
        new("https", "listeners:https", Https, false),
        new("http", "listeners:http", Http, true),
        .. More.Select((listener, i) => new NamedListener(listener.Name, $"listeners:more:{i}", listener, listener.Protocol == MqttListenerProtocol.Mqtt)),
    ];
}

/// <summary>A listener with its name in logs and its key in the configuration.</summary>
internal sealed record NamedListener(string Name, string Key, ListenerOptions Listener, bool IsClearText);
