namespace Edge.Mqtt.Features.Bridge;

/// <summary>Section <c>mqtt:bridges</c>: a bridge by its name. None by default.</summary>
public sealed class BridgesOptions : Dictionary<string, BridgeOptions>;

/// <summary>Section <c>mqtt:bridges:&lt;name&gt;</c>: another broker, and which topics go there and come from there.</summary>
public sealed class BridgeOptions
{
    /// <summary>The other broker's name or address.</summary>
    public string Host { get; set; } = "";

    /// <summary>Its port; 0 for the usual one: 8883 with TLS, 1883 without.</summary>
    public int Port { get; set; }

    /// <summary>TLS unless told otherwise: what is bridged leaves the house.</summary>
    public bool Tls { get; set; } = true;

    /// <summary>The only CA to trust (PEM); empty trusts those of the operating system.</summary>
    public string CaFile { get; set; } = "";

    /// <summary>The certificate to show (PEM); empty for none.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>Its key (PEM).</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>The path of a WebSocket, such as <c>/mqtt</c>; empty for none.</summary>
    public string WebSocketPath { get; set; } = "";

    /// <summary>5.0 or 3.1.1. With 5.0 messages keep their properties, and rings of bridges end.</summary>
    public string Version { get; set; } = "5.0";

    /// <summary>The client identifier at the other broker; empty: <c>edge-</c> and the bridge's name.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>The user name; empty for none.</summary>
    public string UserName { get; set; } = "";

    /// <summary>The password or token; better in the environment (<c>EDGE_mqtt__bridges__NAME__password</c>) or a file than here.</summary>
    public string Password { get; set; } = "";

    /// <summary>A file with the password or token, read before each connection; empty for none.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>What is bridged, a line each, as Mosquitto writes it: <c>pattern [out|in|both [qos [local-prefix [remote-prefix]]]]</c>, where
    /// <c>""</c> is an empty prefix. Without more than a pattern: out, with QoS 0.</summary>
    public List<string> Topics { get; set; } = [];

    /// <summary>Seconds of silence after which the bridge pings.</summary>
    public int KeepAliveSeconds { get; set; } = 60;

    /// <summary>How many messages of QoS 1 and 2 may be on their way at once. Twenty, as Mosquitto takes by default.</summary>
    public int MaxInFlight { get; set; } = 20;

    /// <summary>The largest packet, in bytes.</summary>
    public int MaxPacketBytes { get; set; } = 256 * 1024;

    /// <summary>The longest wait between two attempts to connect, in seconds.</summary>
    public int MaxRetrySeconds { get; set; } = 120;

    /// <summary>Hours that a message of QoS 1 or 2 waits for the other broker; older ones are dropped. Three days: a weekend without the uplink.</summary>
    public double KeepHours { get; set; } = 72;

    /// <summary>The most megabytes of payload that wait; newer messages are dropped.</summary>
    public int MaxMegabytes { get; set; } = 64;

    /// <summary>The most messages that wait. 50000 is also the most that can be asked for: each has one of MQTT's 65535 packet identifiers.</summary>
    public int MaxMessages { get; set; } = 50_000;

    internal int PortOrDefault => Port != 0 ? Port : Tls ? 8883 : 1883;
}
