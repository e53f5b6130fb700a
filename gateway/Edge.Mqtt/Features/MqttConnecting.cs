using System.Net;

namespace Edge.Mqtt.Features;

/// <summary>Why a client is refused, with the return codes of MQTT 3.1.1 §3.2.2.3.</summary>
public enum MqttRefusal : byte
{
    /// <summary>A protocol level that the broker does not speak.</summary>
    UnacceptableProtocolVersion = 1,

    /// <summary>A client identifier that is not allowed.</summary>
    IdentifierRejected = 2,

    /// <summary>The broker is full, or about to stop.</summary>
    ServerUnavailable = 3,

    /// <summary>A password that is no valid token.</summary>
    BadUserNameOrPassword = 4,

    /// <summary>A client without a password where one is needed, or with a good one that does not allow this.</summary>
    NotAuthorized = 5,
}

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

    /// <summary>The will, or null.</summary>
    public MqttMessage? Will { get; init; }

    /// <summary>True where the client wants nothing kept (MQTT 3.1.1 §3.1.2.4).</summary>
    public bool CleanSession { get; init; }

    /// <summary>Where it connects from; null for a connection in memory.</summary>
    public EndPoint? RemoteEndPoint { get; init; }

    /// <summary>Who it is, once a feature has accepted it.</summary>
    public MqttIdentity? Identity { get; private set; }

    /// <summary>The refusal, or null.</summary>
    public MqttRefusal? Refusal { get; private set; }

    /// <summary>Why it was refused, and what helps: one line for the log.</summary>
    public string RefusalDetail { get; private set; } = "";

    /// <summary>Lets the client in as <paramref name="identity"/>. A feature that grants a bootstrap session does this for a CONNECT
    /// without password and without identity, with <see cref="MqttIdentity.Bootstrap"/>.</summary>
    public void Accept(MqttIdentity identity) => Identity ??= identity;

    /// <summary>Keeps the client out; later features do not run.</summary>
    public void Refuse(MqttRefusal refusal, string detail)
    {
        if (Refusal is not null) return;

        Refusal = refusal;
        RefusalDetail = detail;
    }
}
