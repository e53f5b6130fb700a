using Edge.Mqtt.Features;
using Edge.Mqtt.Topics;
using Edge.Mqtt.Wire;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Sessions;

/// <summary>SUBSCRIBE and UNSUBSCRIBE (MQTT 3.1.1 §3.8, §3.10).</summary>
internal sealed partial class SubscribeHandler(
    FeatureSet features, SubscriptionTree<Session> tree, SessionStore store, IOptions<MqttOptions> options, ILogger<SubscribeHandler> logger)
{
    public async ValueTask SubscribeAsync(LiveSession live, SubscribePacket packet, CancellationToken cancel)
    {
        var codes = new MqttReason[packet.Entries.Count];
        for (var i = 0; i < codes.Length; i++)
        {
            var (filter, qos, _, _, _) = packet.Entries[i];
            var (granted, refusal) = await SubscribeAsync(live, filter, qos, cancel).ConfigureAwait(false);
            codes[i] = granted is { } value ? (MqttReason)value : MqttReason.UnspecifiedError;
            if (refusal is not null) LogRefused(live.ClientId, live.RemoteEndPoint, filter, refusal);
        }

        if (live.State.IsPersistent) await store.SaveAsync(live.State, cancel).ConfigureAwait(false);
        live.Post(OutgoingPacket.Ready(PacketType.SubAck, new SubAckPacket(packet.PacketId, codes).ToBytes(ProtocolVersion.V311)));
        for (var i = 0; i < codes.Length; i++)
        {
            if (codes[i] != MqttReason.UnspecifiedError)
                await features.SubscribedAsync(live, packet.Entries[i].Filter, (MqttQoS)codes[i], cancel).ConfigureAwait(false);
        }
    }

    public async ValueTask UnsubscribeAsync(LiveSession live, UnsubscribePacket packet, CancellationToken cancel)
    {
        foreach (var filter in packet.Filters)
        {
            if (!live.State.Unsubscribe(filter)) continue;

            tree.Remove(filter, live.State);
            await features.UnsubscribedAsync(live, filter, cancel).ConfigureAwait(false);
        }

        if (live.State.IsPersistent) await store.SaveAsync(live.State, cancel).ConfigureAwait(false);
        live.Post(OutgoingPacket.Ack(PacketType.UnsubAck, packet.PacketId));
    }

    private async ValueTask<(MqttQoS? Granted, string? Refusal)> SubscribeAsync(LiveSession live, string filter, MqttQoS qos, CancellationToken cancel)
    {
        if (!TopicFilter.TryParse(filter, out _)) throw new MqttProtocolException("A topic filter with a wildcard where none may be (§4.7.1).");
        if (TopicRules.LimitPassed(filter, options.Value) is { } error) return (null, error);

        var subscribing = new MqttSubscribing(live, filter, qos);
        await features.SubscribingAsync(subscribing, cancel).ConfigureAwait(false);
        if (subscribing.Refusal is { } refusal) return (null, refusal);
        if (!live.State.TrySubscribe(filter, subscribing.QoS)) return (null, $"it has mqtt:maxSubscriptions ({options.Value.MaxSubscriptions}) already");

        tree.Add(filter, live.State, subscribing.QoS);
        return (subscribing.QoS, null);
    }

    [LoggerMessage(EventId = 2031, Level = LogLevel.Warning, Message = "{ClientId} from {Address} may not subscribe to {Filter}: {Refusal}")]
    private partial void LogRefused(string clientId, System.Net.EndPoint? address, string filter, string refusal);
}
