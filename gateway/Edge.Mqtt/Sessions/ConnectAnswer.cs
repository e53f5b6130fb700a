using System.Text;
using System.Text.Unicode;

using Edge.Mqtt.Features;
using Edge.Mqtt.Topics;
using Edge.Mqtt.Wire;

using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Sessions;

/// <summary>What CONNECT asks for, measured against the broker's limits; and CONNACK, which says what it got (MQTT 5.0 §3.2).</summary>
internal sealed class ConnectAnswer(IOptions<MqttOptions> options)
{
    private readonly MqttOptions _options = options.Value;

    /// <summary>Refuses what cannot be served, whoever asks.</summary>
    public void CheckPacket(ConnectPacket packet, MqttConnecting connecting)
    {
        if (!packet.IsKnownLevel)
            connecting.Refuse(MqttReason.UnsupportedProtocolVersion, $"It speaks protocol level {packet.Level}: set the client to MQTT 5.0, 3.1.1 or 3.1.");
        else if (packet is { ClientId.Length: 0, CleanSession: false } && packet.Version < ProtocolVersion.V5)
            connecting.Refuse(MqttReason.ClientIdentifierNotValid, "A persistent session needs a client identifier ([MQTT-3.1.3-8]): give one.");
        else if (Encoding.UTF8.GetByteCount(packet.ClientId) > _options.MaxClientIdBytes)
            connecting.Refuse(MqttReason.ClientIdentifierNotValid, $"Its client identifier is longer than mqtt:maxClientIdBytes ({_options.MaxClientIdBytes}): shorten it, or raise the key.");
        else if (packet.Will is { } will) CheckWill(will, connecting);
    }

    /// <summary>The session that the client wants, within <c>mqtt:sessionExpiryHours</c>. A client without a proof of who it is gets nothing that lasts.</summary>
    public SessionRequest RequestOf(ConnectPacket packet, MqttConnecting connecting)
    {
        if (connecting.Identity!.IsBootstrap) return new(true, 0);
        if (packet.Version == ProtocolVersion.V5) return new(packet.CleanSession, Math.Min(packet.SessionExpirySeconds, _options.LongestExpirySeconds));

        return new(packet.CleanSession, packet.CleanSession ? 0 : _options.LongestExpirySeconds);
    }

    /// <summary>CONNACK for a client that is in.</summary>
    public byte[] Accepted(Handshake handshake, LiveSession live, bool sessionPresent, ReadOnlyMemory<byte> authenticationData)
    {
        var packet = handshake.Packet;
        live.AuthenticationMethod = packet.AuthenticationMethod;
        return new ConnAckPacket
        {
            SessionPresent = sessionPresent,
            SessionExpirySeconds = live.State.ExpirySeconds == packet.SessionExpirySeconds ? null : live.State.ExpirySeconds,
            ReceiveMaximum = (ushort)_options.ReceiveMaximum,
            MaximumPacketSize = (uint)_options.MaxPacketBytes,
            AssignedClientId = packet.ClientId.Length == 0 ? live.ClientId : null,
            TopicAliasMaximum = (ushort)_options.MaxTopicAliases,
            ServerKeepAlive = live.KeepAliveSeconds == packet.KeepAlive ? null : (ushort)live.KeepAliveSeconds,
            ResponseInformation = packet.RequestResponseInformation && _options.ResponseInformation.Length > 0 ? ResponseInformation(live) : null,
            AuthenticationMethod = packet.AuthenticationMethod,
            AuthenticationData = packet.AuthenticationMethod is null || authenticationData.IsEmpty ? (ReadOnlyMemory<byte>?)null : authenticationData,
        }.ToBytes(packet.Version);
    }

    /// <summary>CONNACK for a client that breaks the protocol before it is in; null where nothing is to be said. MQTT 5 knows such reasons (§4.13.1); of older
    /// clients only one without the identifier that its version asks for is told.</summary>
    public static byte[]? ToViolation(PacketFrame frame, Handshake? handshake, MqttReason reason)
    {
        var version = handshake is not null ? ProtocolVersion.V5 : frame.Type == PacketType.Connect ? ConnectReader.VersionOf(frame) : null;
        return version == ProtocolVersion.V5 || (version is not null && reason == MqttReason.ClientIdentifierNotValid)
            ? new ConnAckPacket { Reason = reason }.ToBytes(version.Value)
            : null;
    }

    /// <summary>CONNACK for a client that is kept out.</summary>
    public byte[] Refused(Handshake handshake)
    {
        var reason = handshake.Connecting.Refusal!.Value;
        var isFull = reason is MqttReason.QuotaExceeded or MqttReason.ServerUnavailable or MqttReason.ServerBusy && _options.ServerReference.Length > 0;
        var version = handshake.Packet.IsKnownLevel ? handshake.Packet.Version : ProtocolVersion.V311;
        return new ConnAckPacket
        {
            Reason = isFull ? MqttReason.UseAnotherServer : reason,
            ServerReference = isFull ? _options.ServerReference : null,
        }.ToBytes(version);
    }

    private string ResponseInformation(LiveSession live) =>
        _options.ResponseInformation.Replace("%c", live.ClientId, StringComparison.Ordinal).Replace("%u", live.Identity.Subject, StringComparison.Ordinal);

    private void CheckWill(MqttMessage will, MqttConnecting connecting)
    {
        if (!TopicRules.IsTopicName(will.Topic))
            connecting.Refuse(MqttReason.TopicNameInvalid, "Its will has no topic, or one with wildcards: correct it in the client.");
        else if (TopicRules.LimitPassed(will.Topic, _options) is { } error)
            connecting.Refuse(MqttReason.TopicNameInvalid, $"Its will: {error}.");
        else if (will.Properties is { IsText: true } && !Utf8.IsValid(will.Payload.Span))
            connecting.Refuse(MqttReason.PayloadFormatInvalid, "Its will says that it is text, and is not UTF-8.");
    }
}
