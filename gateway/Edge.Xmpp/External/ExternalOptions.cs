namespace Edge.Xmpp.External;

/// <summary>How the gateway joins another XMPP server; section <c>xmpp:external</c>, heeded where <c>xmpp:mode</c> is <c>external</c>. The other server
/// serves <c>things:domain</c>; it has an account for the concentrator, and lets two components connect (XEP-0114).</summary>
public sealed class ExternalOptions
{
    /// <summary>The server's name or address; empty: <c>things:domain</c>.</summary>
    public string Host { get; set; } = "";

    /// <summary>Where it listens for clients. TLS is required; it begins by STARTTLS, or as <see cref="DirectTls"/> says.</summary>
    public int Port { get; set; } = 5222;

    /// <summary>TLS begins with the connection (XEP-0368); the port is 5223 then, more often than not.</summary>
    public bool DirectTls { get; set; }

    /// <summary>Where it listens for components, if that is another name or address; empty: <see cref="Host"/>.</summary>
    public string ComponentHost { get; set; } = "";

    /// <summary>Where it listens for components: 5347 is usual.</summary>
    public int ComponentPort { get; set; } = 5347;

    /// <summary>Lets components connect to another machine. XEP-0114 has no TLS: whoever is on the way reads along, and could answer for us. Right only
    /// inside a tunnel.</summary>
    public bool ClearText { get; set; }

    /// <summary>The name of the concentrator's account, without the domain.</summary>
    public string Account { get; set; } = "concentrator";

    /// <summary>The concentrator's resource: whoever asks for readings needs the whole address.</summary>
    public string Resource { get; set; } = "edge";

    /// <summary>The account's password; better in the environment (<c>EDGE_xmpp__external__password</c>) or a file than here.</summary>
    public string Password { get; set; } = "";

    /// <summary>A file with the account's password, read before each connection.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>The only CA to trust (PEM); empty trusts those of the operating system.</summary>
    public string AuthorityFile { get; set; } = "";

    /// <summary>The components by their name in front of the domain: <c>things</c> (the registry) and <c>provisioning</c>.</summary>
    public IDictionary<string, ExternalComponentOptions> Components { get; } = new Dictionary<string, ExternalComponentOptions>(StringComparer.Ordinal);

    /// <summary>Seconds for connecting and signing in.</summary>
    public int ConnectSeconds { get; set; } = 30;

    /// <summary>The longest wait between two attempts to connect, in seconds. They begin after one second, and double; each is shortened by chance, so that
    /// gateways do not come all at once when their server is back.</summary>
    public int MaxRetrySeconds { get; set; } = 120;

    /// <summary>Seconds of silence after which the other server is asked whether it is there; after twice as long it is not.</summary>
    public int PingSeconds { get; set; } = 60;

    /// <summary>Stanzas of one connection that may wait for the other server, unsent or unacknowledged; one more ends the connection.</summary>
    public int MaxQueuedStanzas { get; set; } = 2000;

    /// <summary>Requests that are being worked on for one connection; more are refused until one is done.</summary>
    public int MaxRequests { get; set; } = 256;

    /// <summary>Addresses of clients that are remembered as being online.</summary>
    public int MaxOnline { get; set; } = 10_000;
}

/// <summary>A component at the other server.</summary>
public sealed class ExternalComponentOptions
{
    /// <summary>What the two servers share.</summary>
    public string Secret { get; set; } = "";

    /// <summary>A file with the secret, read before each connection.</summary>
    public string SecretFile { get; set; } = "";
}
