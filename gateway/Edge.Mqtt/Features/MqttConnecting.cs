using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Edge.Mqtt.Features;

/// <summary>A CONNECT on its way through the features. Somebody has to accept it; the first refusal stands.</summary>
public sealed class MqttConnecting(string clientId, MqttListenerPolicy policy)
{
    /// <summary>The client identifier; made by the broker where the client left it to it.</summary>
    public string ClientId { get; } = clientId;

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

    /// <summary>True where the client wants nothing kept (MQTT 3.1.1 §3.1.2.4).</summary>
    public bool CleanSession { get; init; }

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
