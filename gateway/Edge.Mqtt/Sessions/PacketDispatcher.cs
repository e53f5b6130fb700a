using Edge.Mqtt.Wire;
using Edge.Transport;

using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Sessions;

/// <summary>Takes each packet of a connected client to where it is dealt with.</summary>
internal sealed class PacketDispatcher(
    PublishHandler publish, AckHandler acks, SubscribeHandler subscribe, Reauthentication reauthentication, IOptions<MqttOptions> options)
{
    private static readonly byte[] PingResponse = [(byte)PacketType.PingResp << 4, 0];

    /// <exception cref="MqttProtocolException">The client breaks the protocol or a limit.</exception>
    public ValueTask HandleAsync(LiveSession live, PacketFrame frame, CancellationToken cancel)
    {
        if (live.Acks.IsFull) return WhenThereIsRoomAsync(live, frame, cancel);

        var version = live.Version;
        switch (frame.Type)
        {
            case PacketType.Publish:
                return publish.PublishAsync(live, PublishPacket.Read(frame, version), cancel);
            case PacketType.PubAck:
                AckHandler.Acknowledged(live, AckPacket.Read(frame, version));
                return default;
            case PacketType.PubRec:
                acks.Received(live, AckPacket.Read(frame, version));
                return default;
            case PacketType.PubRel:
                acks.Released(live, AckPacket.Read(frame, version));
                return default;
            case PacketType.PubComp:
                live.State.Complete(AckPacket.Read(frame, version).PacketId);
                return default;
            case PacketType.Subscribe:
                return subscribe.SubscribeAsync(live, SubscribePacket.Read(frame, version, options.Value.MaxFiltersPerPacket), cancel);
            case PacketType.Unsubscribe:
                return subscribe.UnsubscribeAsync(live, UnsubscribePacket.Read(frame, version, options.Value.MaxFiltersPerPacket), cancel);
            case PacketType.PingReq:
                frame.ExpectEmpty();
                live.Post(PingResponse);
                return default;
            case PacketType.Disconnect:
                Disconnect(live, DisconnectPacket.Read(frame, version));
                return default;
            case PacketType.Auth:
                return reauthentication.HandleAsync(live, AuthPacket.Read(frame, version), cancel);
            case PacketType.Connect:
                throw new MqttProtocolException("A second CONNECT ([MQTT-3.1.0-2]).");
            default:
                throw new MqttProtocolException($"{frame.Type} is not a client's to send.");
        }
    }

    // The disk is behind, or stands: a client that goes on is not read, rather than remembered without an end.
    private async ValueTask WhenThereIsRoomAsync(LiveSession live, PacketFrame frame, CancellationToken cancel)
    {
        await live.Acks.WaitForRoomAsync(cancel).ConfigureAwait(false);
        await HandleAsync(live, frame, cancel).ConfigureAwait(false);
    }

    // A session that was to end with its connection cannot be made to stay (MQTT 5.0 §3.14.2.2.2 names the error).
    private void Disconnect(LiveSession live, DisconnectPacket packet)
    {
        if (packet.SessionExpirySeconds is { } expiry)
        {
            if (expiry > 0 && live.State.ExpirySeconds == 0)
                throw new MqttProtocolException("DISCONNECT gives a time to a session that had none (MQTT 5.0 §3.14.2.2.2).");

            live.State.ExpirySeconds = Math.Min(expiry, options.Value.LongestExpirySeconds);
        }

        live.WillWanted = packet.Reason != MqttReason.Success; // whatever else it says, the will stands ([MQTT-3.14.4-3])
        live.End(EndReason.Closed, packet.Reason == MqttReason.Success ? "DISCONNECT." : $"DISCONNECT, {packet.Reason}. {ClientWords.Shorten(packet.ReasonString)}");
    }
}
