using System.Net;
using System.Security.Cryptography.X509Certificates;

using Edge.Mqtt.Wire;

namespace Edge.Mqtt.Features;

/// <summary>A CONNECT on its way through the features. Somebody has to accept it; the first refusal stands.</summary>
public sealed class MqttConnecting(string clientId, MqttListenerPolicy policy)
{
    /// <summary>The client identifier; made by the broker where the client left it to it.</summary>
    public string ClientId { get; } = clientId;

    /// <summary>False where the broker made the client identifier.</summary>
    public bool IsNamed { get; init; } = true;

    /// <summary>What the listener allows.</summary>
    public MqttListenerPolicy Policy { get; } = policy;

    /// <summary>The user name, or null.</summary>
    public string? UserName { get; init; }

    /// <summary>The password, or null where the client sent none. A secret: it is never logged.</summary>
    public string? Password { get; init; }

    /// <summary>The certificate that the client showed to a listener that asks for one, whose chain and key it has checked; null for none.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>The will, or null.</summary>
    public MqttMessage? Will { get; init; }

    /// <summary>Seconds that the will waits for the client to come back (MQTT 5.0 §3.1.3.2.2).</summary>
    public uint WillDelaySeconds { get; init; }

    /// <summary>What the client speaks.</summary>
    public ProtocolVersion Version { get; init; } = ProtocolVersion.V311;

    /// <summary>The seconds between packets that the client promises; 0 for no promise. A feature may ask a client of MQTT 5 for another number
    /// ([MQTT-3.2.2-21]); others keep theirs.</summary>
    public int KeepAliveSeconds { get; set; }

    /// <summary>True where the client wants nothing of an earlier session (MQTT 3.1.1 §3.1.2.4, MQTT 5.0 §3.1.2.4).</summary>
    public bool CleanSession { get; init; }

    /// <summary>What the client says of itself, in order (MQTT 5.0 §3.1.2.11.8).</summary>
    public IReadOnlyList<MqttUserProperty> UserProperties { get; init; } = [];

    /// <summary>Where it connects from; null for a connection in memory.</summary>
    public EndPoint? RemoteEndPoint { get; init; }

    /// <summary>Who it is, once a feature has accepted it.</summary>
    public MqttIdentity? Identity { get; private set; }

    /// <summary>The refusal, or null. Clients of MQTT 3.1.1 get the return code that comes next to it.</summary>
    public MqttReason? Refusal { get; private set; }

    /// <summary>Why it was refused, and what helps: one line for the log.</summary>
    public string RefusalDetail { get; private set; } = "";

    /// <summary>Lets the client in as <paramref name="identity"/>. A feature that grants a bootstrap session does this for a CONNECT
    /// without password and without identity, with <see cref="MqttIdentity.Bootstrap"/>.</summary>
    public void Accept(MqttIdentity identity) => Identity ??= identity;

    /// <summary>Keeps the client out; later features do not run.</summary>
    public void Refuse(MqttReason reason, string detail)
    {
        if (Refusal is not null) return;

        Refusal = reason;
        RefusalDetail = detail;
    }
}
