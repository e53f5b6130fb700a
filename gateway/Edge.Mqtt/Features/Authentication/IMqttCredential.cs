namespace Edge.Mqtt.Features.Authentication;

/// <summary>One kind of proof that a client may show in its CONNECT. They are asked in their order; the first that finds something of its kind decides, so that
/// what is a bad token is never tried as a password.</summary>
internal interface IMqttCredential
{
    /// <summary>Judges the client; null where it shows nothing of this kind.</summary>
    ValueTask<MqttVerdict?> JudgeAsync(MqttConnecting connecting, CancellationToken cancel);
}

/// <summary>Somebody, or a refusal with what helps: one line for the log, never for the client.</summary>
internal readonly record struct MqttVerdict(MqttIdentity? Identity, string Refusal)
{
    /// <summary>Lets in.</summary>
    public static MqttVerdict Accept(MqttIdentity identity) => new(identity, "");

    /// <summary>Keeps out.</summary>
    public static MqttVerdict Refuse(string detail) => new(null, detail);
}
