using Edge.Mqtt.Wire;
using Edge.Transport;

using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Sessions;

/// <summary>Takes each packet of a connected client to where it is dealt with.</summary>
internal sealed class PacketDispatcher(PublishHandler publish, SubscribeHandler subscribe, IOptions<MqttOptions> options)
{
    /// <exception cref="MqttProtocolException">The client breaks the protocol or a limit.</exception>
    public ValueTask HandleAsync(LiveSession live, MqttConnection connection, PacketFrame frame, CancellationToken cancel)
    {
        switch (frame.Type)
        {
            case PacketType.Publish:
                var packet = PublishPacket.Read(frame, ProtocolVersion.V311);
                return publish.PublishAsync(live, packet, connection.Topics.Topic(packet.Topic.Span), cancel);
            case PacketType.PubAck:
                live.State.Acknowledge(AckPacket.Read(frame, ProtocolVersion.V311).PacketId);
                return default;
            case PacketType.PubRec:
                return publish.ReceivedAsync(live, AckPacket.Read(frame, ProtocolVersion.V311).PacketId, cancel);
            case PacketType.PubRel:
                return publish.ReleaseAsync(live, AckPacket.Read(frame, ProtocolVersion.V311).PacketId, cancel);
            case PacketType.PubComp:
                live.State.Complete(AckPacket.Read(frame, ProtocolVersion.V311).PacketId);
                return default;
            case PacketType.Subscribe:
                return subscribe.SubscribeAsync(live, SubscribePacket.Read(frame, ProtocolVersion.V311, options.Value.MaxFiltersPerPacket), cancel);
            case PacketType.Unsubscribe:
                return subscribe.UnsubscribeAsync(live, UnsubscribePacket.Read(frame, ProtocolVersion.V311, options.Value.MaxFiltersPerPacket), cancel);
            case PacketType.PingReq:
                frame.ExpectEmpty();
                connection.Post(OutgoingPacket.PingResp);
                return default;
            case PacketType.Disconnect:
                frame.ExpectEmpty();
                live.End(EndReason.Closed, "DISCONNECT.");
                return default;
            case PacketType.Connect:
                throw new MqttProtocolException("A second CONNECT ([MQTT-3.1.0-2]).");
            default:
                throw new MqttProtocolException($"{frame.Type} is not a client's to send.");
        }
    }
}
