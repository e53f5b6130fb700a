namespace Edge.Gateway.Hosting;

/// <summary>Where the servers of this gateway listen; a port is 0 where the listener is off.</summary>
internal sealed record Endpoints(int Mqtts, int Mqtt, int Xmpp, int Https, int Http)
{
    /// <summary>XMPP that begins with TLS.</summary>
    public int Xmpps { get; init; }

    /// <summary>XMPP components.</summary>
    public int XmppComponents { get; init; }

    /// <summary>The further MQTT listeners.</summary>
    public IReadOnlyList<MoreEndpoint> More { get; init; } = [];

    /// <summary>The portal's address as somebody on this machine opens it: clear text where that is on, so that no certificate warning greets.</summary>
    public string LocalPortal => Http > 0 ? $"http://localhost:{Http}" : $"https://localhost:{Https}";
}

/// <summary>Where a further MQTT listener is.</summary>
internal sealed record MoreEndpoint(string Name, int Port, bool IsTls);
