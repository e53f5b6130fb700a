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
                return publish.PublishAsync(live, PublishPacket.Read(frame, connection.Topics), cancel);
            case PacketType.PubAck:
                live.State.Acknowledge(AckPacket.ReadPacketId(frame));
                return default;
            case PacketType.PubRec:
                return publish.ReceivedAsync(live, AckPacket.ReadPacketId(frame), cancel);
            case PacketType.PubRel:
                return publish.ReleaseAsync(live, AckPacket.ReadPacketId(frame), cancel);
            case PacketType.PubComp:
                live.State.Complete(AckPacket.ReadPacketId(frame));
                return default;
            case PacketType.Subscribe:
                return subscribe.SubscribeAsync(live, SubscribePacket.Read(frame, options.Value.MaxFiltersPerPacket), cancel);
            case PacketType.Unsubscribe:
                return subscribe.UnsubscribeAsync(live, UnsubscribePacket.Read(frame, options.Value.MaxFiltersPerPacket), cancel);
            case PacketType.PingReq:
                AckPacket.ExpectEmpty(frame);
                connection.Post(OutgoingPacket.PingResp);
                return default;
            case PacketType.Disconnect:
                AckPacket.ExpectEmpty(frame);
                live.End(EndReason.Closed, "DISCONNECT.");
                return default;
            case PacketType.Connect:
                throw new MqttProtocolException("A second CONNECT ([MQTT-3.1.0-2]).");
            default:
                throw new MqttProtocolException($"{frame.Type} is not a client's to send.");
        }
    }
}
