using Edge.Mqtt.Topics;
using Edge.Mqtt.Wire;

namespace Edge.Mqtt.Features.Bridge;

/// <summary>
/// Which messages pass a bridge, and what they are called on the other side. A message carries the brokers that it has passed, so that it does not pass one
/// twice however bridges are put together; a 3.1.1 broker cannot carry that, and there what comes straight back is recognised by its content.
/// </summary>
internal sealed class RelayRules(TopicMap topics, string brokerId, MqttOptions limits, BridgeCounters counters, EchoFilter? echoes)
{
    /// <summary>From here to the other broker.</summary>
    public MqttMessage? Out(in PublishPacket packet, string topic)
    {
        if (topics.ToRemote(topic) is not { } mapped) return null;

        if (echoes is not null && topics.ToLocal(mapped) is not null) echoes.Sent(mapped, packet.Payload.Span);
        counters.Sent(packet.Payload.Length);
        var properties = packet.ReadProperties();
        return Message(packet, mapped, (properties ?? new()) with { UserProperties = [.. properties?.UserProperties ?? [], new(BridgeHop.Name, brokerId)] });
    }

    /// <summary>From the other broker to here.</summary>
    public MqttMessage? In(in PublishPacket packet, string topic)
    {
        if (topics.ToLocal(topic) is not { } mapped) return null;

        var properties = packet.ReadProperties();
        if (properties?.UserProperties.Contains(new(BridgeHop.Name, brokerId)) == true || echoes?.IsEcho(topic, packet.Payload.Span) == true)
        {
            counters.CountEcho();
            return null;
        }

        if (TopicRules.LimitPassed(mapped, limits) is not null)
        {
            counters.CountDropped();
            return null;
        }

        counters.Received();
        return Message(packet, mapped, properties);
    }

    private static MqttMessage Message(in PublishPacket packet, string topic, MqttMessageProperties? properties) =>
        new(topic, packet.Payload.ToArray(), packet.QoS, packet.Retain) { Properties = properties };
}
