using System.Buffers;

using Edge.Mqtt.Topics;
using Edge.Mqtt.Wire;
using Edge.Transport;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Sessions;

/// <summary>PUBLISH and its acknowledgements, in both directions (MQTT 3.1.1 §3.3 to §3.7, §4.3).</summary>
internal sealed partial class PublishHandler(
    MessageRouter router, SessionStore store, IOptions<MqttOptions> options, MqttMetrics metrics, ILogger<PublishHandler> logger)
{
    /// <summary>A client publishes.</summary>
    public async ValueTask PublishAsync(LiveSession live, PublishPacket packet, string topic, CancellationToken cancel)
    {
        metrics.Received();
        if (TopicRules.LimitPassed(topic, options.Value) is { } error)
            throw new MqttProtocolException($"A message was refused: {error}.") { IsLimit = true };

        // A QoS 2 message that comes again was taken the first time ([MQTT-4.3.3-2]).
        if (packet.QoS != MqttQoS.ExactlyOnce || !live.State.IsIncomplete(packet.PacketId))
        {
            var message = new MqttMessage(topic, packet.Payload.ToArray(), packet.QoS, packet.Retain);
            var id = packet.QoS == MqttQoS.ExactlyOnce ? packet.PacketId : (ushort)0;
            if (await router.PublishAsync(live, message, id, cancel).ConfigureAwait(false) is { } refusal) Refused(live, topic, refusal);
            if (id != 0 && !live.State.TryAddIncomplete(id))
                throw new MqttProtocolException($"It has begun mqtt:maxIncomplete ({options.Value.MaxIncomplete}) messages of QoS 2 without PUBREL.") { IsLimit = true };
        }

        if (packet.QoS == MqttQoS.AtLeastOnce) live.Post(OutgoingPacket.Ack(PacketType.PubAck, packet.PacketId));
        else if (packet.QoS == MqttQoS.ExactlyOnce) live.Post(OutgoingPacket.Ack(PacketType.PubRec, packet.PacketId));
    }

    /// <summary>A client that published with QoS 2 releases its identifier: forgotten for good before PUBCOMP, since a new message may use it then.</summary>
    public async ValueTask ReleaseAsync(LiveSession live, ushort packetId, CancellationToken cancel)
    {
        if (live.State.RemoveIncomplete(packetId) && live.State.IsPersistent)
            await store.DeleteIncomingAsync(live.State, packetId, cancel).ConfigureAwait(false);
        live.Post(OutgoingPacket.Ack(PacketType.PubComp, packetId));
    }

    /// <summary>A client has taken a QoS 2 message: known for good before PUBREL, after which the client would take it again.</summary>
    public async ValueTask ReceivedAsync(LiveSession live, ushort packetId, CancellationToken cancel)
    {
        if (live.State.Release(packetId) is { } message && live.State.IsPersistent)
            await store.SaveReleasedAsync(live.State, message, cancel).ConfigureAwait(false);
        live.Post(OutgoingPacket.Ack(PacketType.PubRel, packetId));
    }

    private void Refused(LiveSession live, string topic, string refusal)
    {
        metrics.Refused("publish");
        if (options.Value.DisconnectOnRefusedPublish) live.End(EndReason.Forbidden, $"It published to {topic}. {refusal}");
        else if (live.IsFirstRefusal(topic)) LogRefused(live.ClientId, live.RemoteEndPoint, topic, refusal);
    }

    [LoggerMessage(EventId = 2030, Level = LogLevel.Warning, Message = "{ClientId} from {Address} may not publish to {Topic}. {Refusal}")]
    private partial void LogRefused(string clientId, System.Net.EndPoint? address, string topic, string refusal);
}
