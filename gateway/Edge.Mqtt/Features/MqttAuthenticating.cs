namespace Edge.Mqtt.Features;

/// <summary>How one step of an authentication ended.</summary>
public enum MqttAuthentication
{
    /// <summary>Nobody has judged it yet.</summary>
    Open,

    /// <summary>The client is somebody.</summary>
    Accepted,

    /// <summary>The client has to answer once more (AUTH with <see cref="MqttReason.ContinueAuthentication"/>).</summary>
    Continued,

    /// <summary>The client is kept out, or ended.</summary>
    Refused,
}

/// <summary>One step of an enhanced authentication of MQTT 5 (§4.12) on its way through the features; the first that knows the method judges it.</summary>
public sealed class MqttAuthenticating(string clientId, string method, ReadOnlyMemory<byte> data)
{
    /// <summary>The client identifier.</summary>
    public string ClientId { get; } = clientId;

    /// <summary>The authentication method, the same from CONNECT on ([MQTT-4.12.0-5]).</summary>
    public string Method { get; } = method;

    /// <summary>What the client sent with it; empty for nothing. A secret: it is never logged.</summary>
    public ReadOnlyMemory<byte> Data { get; } = data;

    /// <summary>True where the client is in already and authenticates anew (§4.12.1).</summary>
    public bool IsReauthentication { get; init; }

    /// <summary>Who the client is: at re-authentication as before, then as accepted.</summary>
    public MqttIdentity? Identity { get; set; }

    /// <summary>How the step ended.</summary>
    public MqttAuthentication Outcome { get; private set; }

    /// <summary>What to answer with; empty for nothing.</summary>
    public ReadOnlyMemory<byte> Answer { get; private set; }

    /// <summary>The reason of a refusal.</summary>
    public MqttReason Refusal { get; private set; }

    /// <summary>Why it was refused, and what helps: one line for the log.</summary>
    public string RefusalDetail { get; private set; } = "";

    /// <summary>The client is <paramref name="identity"/>.</summary>
    public void Accept(MqttIdentity identity, ReadOnlyMemory<byte> answer = default) =>
        (Identity, Answer, Outcome) = (identity, answer, MqttAuthentication.Accepted);

    /// <summary>Asks the client for more.</summary>
    public void Continue(ReadOnlyMemory<byte> answer) => (Answer, Outcome) = (answer, MqttAuthentication.Continued);

    /// <summary>Keeps the client out, or ends it.</summary>
    public void Refuse(MqttReason reason, string detail) => (Refusal, RefusalDetail, Outcome) = (reason, detail, MqttAuthentication.Refused);
}
