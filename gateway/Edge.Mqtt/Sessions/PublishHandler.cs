using System.Text.Unicode;

using Edge.Mqtt.Features;
using Edge.Mqtt.Wire;
using Edge.Transport;

using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Sessions;

/// <summary>PUBLISH from clients (MQTT 5.0 §3.3, §4.3). A message that nobody has to wait for goes through without an allocation.</summary>
internal sealed class PublishHandler(SessionRights rights, Deliverer deliverer, MqttMetrics metrics, IOptions<MqttOptions> options, Refusals refusals)
{
    private readonly MqttOptions _options = options.Value;
    private readonly TimeSpan _patience = TimeSpan.FromMilliseconds(options.Value.SlowConsumerMilliseconds);

    /// <summary>A client publishes.</summary>
    /// <exception cref="MqttProtocolException">It breaks the protocol or a limit.</exception>
    public ValueTask PublishAsync(LiveSession live, in PublishPacket packet, CancellationToken cancel)
    {
        metrics.Received();
        live.MessagesIn++;
        var topic = TopicOf(live, packet);
        if (packet.QoS > MqttQoS.AtMostOnce)
        {
            var unreleased = live.State.Unreleased.Count;
            if (unreleased > 0 && live.State.Unreleased.Contains(packet.PacketId) && HasAnswered(live, packet)) return default;
            if (live.Acks.Unacknowledged + unreleased >= _options.ReceiveMaximum) return WaitOrEndAsync(live, packet, topic, cancel);
        }

        return HandleAsync(live, packet, topic, cancel);
    }

    // One of QoS 1 cannot have its identifier (MQTT 5.0 §2.2.1); 3.1.1 cannot say so.
    private bool HasAnswered(LiveSession live, in PublishPacket packet)
    {
        if (packet.QoS == MqttQoS.ExactlyOnce) AckHandler.Repeated(live, packet.PacketId, deliverer.Store);
        else if (live.Version == ProtocolVersion.V5) live.Acks.Post(PacketType.PubAck, packet.PacketId, MqttReason.PacketIdentifierInUse);
        else return false;

        return true;
    }

    private ValueTask HandleAsync(LiveSession live, in PublishPacket packet, TopicEntry topic, CancellationToken cancel)
    {
        var publishing = live.Publishing;
        publishing.Begin(topic, packet);
        if (topic.Refusal(live) is { } refusal) publishing.Refuse(refusal);
        else if (packet.IsText && !Utf8.IsValid(packet.Payload.Span)) publishing.Refuse("It says that its payload is text, and it is not UTF-8.", MqttReason.PayloadFormatInvalid);

        var hooks = rights.Features.PublishAsync(publishing, cancel);
        if (!hooks.IsCompletedSuccessfully) return AfterHooksAsync(hooks, live, packet.QoS, packet.PacketId, cancel);

        hooks.GetAwaiter().GetResult();
        return RouteAsync(live, packet.QoS, packet.PacketId, cancel);
    }

    private async ValueTask AfterHooksAsync(ValueTask hooks, LiveSession live, MqttQoS qos, ushort packetId, CancellationToken cancel)
    {
        try
        {
            await hooks.ConfigureAwait(false);
        }
        catch (IOException)
        {
            NotStored(live, qos, packetId);
            return;
        }

        await RouteAsync(live, qos, packetId, cancel).ConfigureAwait(false);
    }

    // A client of 3.1.1 was not told of the limit: it is held back. One of MQTT 5 was, and is cut off ([MQTT-3.3.4-7]); what it waits for may be the disk.
    private async ValueTask WaitOrEndAsync(LiveSession live, PublishPacket packet, TopicEntry topic, CancellationToken cancel)
    {
        var text = $"It has sent mqtt:receiveMaximum ({_options.ReceiveMaximum}) messages of QoS 1 and 2 that are not acknowledged or released: it has to wait for that, or raise the key.";
        if (live.Version == ProtocolVersion.V5) throw new MqttProtocolException(MqttReason.ReceiveMaximumExceeded, text) { IsLimit = true };
        if (live.State.Unreleased.Count >= _options.ReceiveMaximum) throw new MqttProtocolException(MqttReason.QuotaExceeded, text) { IsLimit = true };

        await live.Acks.WaitBelowAsync(_options.ReceiveMaximum - live.State.Unreleased.Count, cancel).ConfigureAwait(false);
        await HandleAsync(live, packet, topic, cancel).ConfigureAwait(false);
    }

    private ValueTask RouteAsync(LiveSession live, MqttQoS qos, ushort packetId, CancellationToken cancel)
    {
        var publishing = live.Publishing;
        if (publishing.Refusal is { } refusal)
        {
            Refused(live, publishing, refusal);
            Acknowledge(live, qos, packetId, publishing.RefusalReason);
            return default;
        }

        var delivery = publishing.IsTaken ? default : deliverer.Deliver(publishing, live.State);
        var reason = delivery.Count > 0 || publishing.IsTaken || publishing.Retain ? MqttReason.Success : MqttReason.NoMatchingSubscribers;
        if (qos == MqttQoS.ExactlyOnce) live.State.Unreleased.Add(packetId);
        var mustStore = delivery.ToStore is not null || (qos == MqttQoS.ExactlyOnce && live.State.IsPersistent);
        if (mustStore) Store(live, qos, packetId, reason, delivery.ToStore ?? deliverer.Store.Begin());
        else Acknowledge(live, qos, packetId, reason);

        return delivery.Busy is null && !mustStore ? default : HoldBackAsync(live, delivery.Busy, cancel);
    }

    // The acknowledgement waits for the disk, the client's next message does not.
    private static void Store(LiveSession live, MqttQoS qos, ushort packetId, MqttReason reason, PendingStore pending)
    {
        var isStored = qos == MqttQoS.ExactlyOnce && live.State.IsPersistent;
        if (isStored) pending.Group.AddIncoming(live.State.Number, packetId);

        var slot = live.Acks.Reserve(qos == MqttQoS.ExactlyOnce ? PacketType.PubRec : PacketType.PubAck, packetId);
        pending.Post(error =>
        {
            if (error is null) slot.Complete(reason);
            else
            {
                if (qos == MqttQoS.ExactlyOnce) live.State.Unreleased.Remove(packetId);
                if (live.Version == ProtocolVersion.V5) slot.Complete(MqttReason.QuotaExceeded);
                else EndUnstored(live);
            }
        });
    }

    private static void NotStored(LiveSession live, MqttQoS qos, ushort packetId)
    {
        if (live.Version == ProtocolVersion.V5) Acknowledge(live, qos, packetId, MqttReason.QuotaExceeded);
        else if (qos > MqttQoS.AtMostOnce) EndUnstored(live);
    }

    // 3.1.1 cannot say no, and an acknowledgement would be a lie.
    private static void EndUnstored(LiveSession live) =>
        live.End(EndReason.InternalError, "Its message could not be stored: free space on the disk. It sends it again when it comes back.");

    private static void Acknowledge(LiveSession live, MqttQoS qos, ushort packetId, MqttReason reason)
    {
        if (qos == MqttQoS.AtMostOnce) return;
        live.Acks.Post(qos == MqttQoS.AtLeastOnce ? PacketType.PubAck : PacketType.PubRec, packetId, reason);
    }

    // Reads nothing more of a publisher while a receiver is behind: its own socket fills up, and it feels it.
    private async ValueTask HoldBackAsync(LiveSession live, Session? busy, CancellationToken cancel)
    {
        await deliverer.Store.WaitForRoomAsync(cancel).ConfigureAwait(false);
        if (busy is null || _patience == TimeSpan.Zero) return;

        if (busy.Holder is { IsBusy: true } holder) await holder.WaitWhileBusyAsync(_patience, cancel).ConfigureAwait(false);
        if (busy == live.State) return; // its own acknowledgements are what is not read meanwhile

        await busy.WaitWhileBehindAsync(_patience, cancel).ConfigureAwait(false);
    }

    private TopicEntry TopicOf(LiveSession live, in PublishPacket packet)
    {
        if (packet.TopicAlias == 0) return live.Topics.Get(packet.Topic);
        if (packet.TopicAlias > _options.MaxTopicAliases)
        {
            throw new MqttProtocolException(
                MqttReason.TopicAliasInvalid, $"Topic alias {packet.TopicAlias}, where mqtt:maxTopicAliases is {_options.MaxTopicAliases} ([MQTT-3.3.2-9]).");
        }

        var aliases = live.Aliases ??= new TopicEntry?[_options.MaxTopicAliases];
        ref var entry = ref aliases[packet.TopicAlias - 1];
        if (!packet.Topic.IsEmpty) entry = live.Topics.Get(packet.Topic);
        return entry ?? throw new MqttProtocolException($"Topic alias {packet.TopicAlias} stands for no topic yet (MQTT 5.0 §3.3.2.3.4).");
    }

    private void Refused(LiveSession live, MqttPublishing publishing, string refusal)
    {
        refusals.Publish(live, publishing.Topic, refusal, endsIt: _options.DisconnectOnRefusedPublish);
        if (_options.DisconnectOnRefusedPublish) live.End(EndReason.Forbidden, $"It published to {publishing.Topic}. {refusal}", publishing.RefusalReason);
    }
}
