using System.Text;

namespace Edge.Mqtt.Wire;

/// <summary>CONNECT (MQTT 5.0 §3.1; 3.1.1 §3.1).</summary>
internal sealed record ConnectPacket
{
    /// <summary>The protocol level that the client speaks. Where it is not one of ours, nothing behind it was read.</summary>
    public byte Level { get; init; } = (byte)ProtocolVersion.V311;

    /// <summary>False where the client has to be told <see cref="MqttReason.UnsupportedProtocolVersion"/> ([MQTT-3.1.2-2]).</summary>
    public bool IsKnownLevel => Level is >= (byte)ProtocolVersion.V31 and <= (byte)ProtocolVersion.V5;

    /// <summary>The version, where the level is known.</summary>
    public ProtocolVersion Version => (ProtocolVersion)Level;

    public string ClientId { get; init; } = "";

    /// <summary>Clean start in MQTT 5.0, where it says nothing about the session's end.</summary>
    public bool CleanSession { get; init; } = true;

    /// <summary>In seconds; 0 for none.</summary>
    public ushort KeepAlive { get; init; }

    public MqttMessage? Will { get; init; }

    /// <summary>How long after the connection the will is published, unless the session ends sooner (MQTT 5.0 §3.1.3.2.2).</summary>
    public uint WillDelaySeconds { get; init; }

    public string? UserName { get; init; }

    /// <summary>The password as text. It may be any bytes; those that are no text become one that no token is.</summary>
    public string? Password
    {
        get => PasswordBytes is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;
        init => PasswordBytes = value is null ? (ReadOnlyMemory<byte>?)null : Encoding.UTF8.GetBytes(value);
    }

    public ReadOnlyMemory<byte>? PasswordBytes { get; init; }

    /// <summary>How long the session outlives the connection; 0xFFFFFFFF for ever (MQTT 5.0 §3.1.2.11.2).</summary>
    public uint SessionExpirySeconds { get; init; }

    /// <summary>How many unacknowledged messages of QoS 1 and 2 the client takes.</summary>
    public ushort ReceiveMaximum { get; init; } = ushort.MaxValue;

    /// <summary>The longest packet that the client takes, in bytes; 0 where it sets no limit of its own.</summary>
    public uint MaximumPacketSize { get; init; }

    /// <summary>The highest topic alias that the client takes; 0 for none.</summary>
    public ushort TopicAliasMaximum { get; init; }

    public bool RequestResponseInformation { get; init; }

    /// <summary>False where the client wants reason strings and user properties only in CONNACK, DISCONNECT and PUBLISH ([MQTT-3.1.2-29]).</summary>
    public bool RequestProblemInformation { get; init; } = true;

    /// <summary>The method of an enhanced authentication; null for none (MQTT 5.0 §4.12).</summary>
    public string? AuthenticationMethod { get; init; }

    public ReadOnlyMemory<byte>? AuthenticationData { get; init; }

    public IReadOnlyList<MqttUserProperty> UserProperties { get; init; } = [];

    /// <summary>Reads CONNECT's body.</summary>
    /// <exception cref="MqttProtocolException">It is not a CONNECT of any MQTT.</exception>
    public static ConnectPacket Read(PacketFrame frame) => ConnectReader.Read(frame);

    /// <summary>The whole packet as bytes, in the version that <see cref="Level"/> names.</summary>
    public byte[] ToBytes() => ConnectWriter.ToBytes(this);

    /// <summary>The whole packet as bytes.</summary>
    public byte[] ToBytes(ProtocolVersion version) => (this with { Level = (byte)version }).ToBytes();

    /// <summary>Without the password.</summary>
    public override string ToString() => $"CONNECT {ClientId} (user {UserName ?? "none"}, password {(PasswordBytes is null ? "none" : "given")})";
}
