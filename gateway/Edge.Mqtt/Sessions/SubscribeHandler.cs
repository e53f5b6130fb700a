using Edge.Mqtt.Features;
using Edge.Mqtt.Topics;
using Edge.Mqtt.Wire;
using Edge.Transport;

using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Sessions;

/// <summary>SUBSCRIBE and UNSUBSCRIBE (MQTT 5.0 §3.8, §3.10).</summary>
internal sealed class SubscribeHandler(
    FeatureSet features, SubscriptionTree<Session> tree, SessionStore store, IOptions<MqttOptions> options, Refusals refusals)
{
    public async ValueTask SubscribeAsync(LiveSession live, SubscribePacket packet, CancellationToken cancel)
    {
        if (!await features.MayRequestAsync(live, packet.Entries.Count, cancel).ConfigureAwait(false)) return;

        var reasons = new MqttReason[packet.Entries.Count];
        if (IsInUse(live, packet.PacketId))
        {
            Array.Fill(reasons, MqttReason.PacketIdentifierInUse);
            live.Post(new SubAckPacket(packet.PacketId, reasons).ToBytes(live.Version));
            return;
        }

        var granted = new List<MqttSubscribed>(reasons.Length);
        for (var i = 0; i < reasons.Length; i++)
        {
            var entry = packet.Entries[i];
            var outcome = await SubscribeAsync(live, entry, packet.SubscriptionId, cancel).ConfigureAwait(false);
            reasons[i] = outcome.Reason;
            if (outcome.Refusal is not null) refusals.Subscribe(live, entry.Filter, outcome.Refusal);
            else granted.Add(outcome.Subscribed);
        }

        if (live.State.IsPersistent && granted.Count > 0) await StoreAsync(live, granted, reasons, cancel).ConfigureAwait(false);
        live.Post(new SubAckPacket(packet.PacketId, reasons).ToBytes(live.Version));
        foreach (var subscribed in granted) await features.SubscribedAsync(live, subscribed, cancel).ConfigureAwait(false);
    }

    public async ValueTask UnsubscribeAsync(LiveSession live, UnsubscribePacket packet, CancellationToken cancel)
    {
        if (!await features.MayRequestAsync(live, packet.Filters.Count, cancel).ConfigureAwait(false)) return;

        var reasons = new MqttReason[packet.Filters.Count];
        var ended = new List<KeyValuePair<string, SubscriptionOptions>>(reasons.Length);
        var isInUse = IsInUse(live, packet.PacketId);
        if (isInUse) Array.Fill(reasons, MqttReason.PacketIdentifierInUse);
        for (var i = 0; i < reasons.Length && !isInUse; i++)
        {
            var filter = packet.Filters[i];
            if (!live.State.Subscriptions.TryRemove(filter, out var subscription))
            {
                reasons[i] = MqttReason.NoSubscriptionExisted;
                continue;
            }

            tree.Remove(filter, live.State);
            ended.Add(new(filter, subscription));
        }

        if (live.State.IsPersistent && ended.Count > 0 && !await TryStoreAsync(live, ended, cancel).ConfigureAwait(false)) return;

        foreach (var (filter, _) in ended) await features.UnsubscribedAsync(live, filter, cancel).ConfigureAwait(false);
        live.Post(new UnsubAckPacket(packet.PacketId, reasons).ToBytes(live.Version));
    }

    private async ValueTask<Outcome> SubscribeAsync(LiveSession live, SubscribeEntry entry, uint id, CancellationToken cancel)
    {
        var filter = entry.Filter;
        if (!IsWellFormed(filter))
        {
            // MQTT 3.1.1 has no reason to tell it with, and asks for the end (§4.7.1, §4.8).
            if (live.Version < ProtocolVersion.V5) throw MqttProtocolException.Malformed("A topic filter with a wildcard where none may be (§4.7.1).");
            return new(MqttReason.TopicFilterInvalid, "it is not well-formed: # stands last, and # and + fill a level (§4.7.1)", default);
        }

        if (TopicRules.LimitPassed(filter, options.Value) is { } error) return new(MqttReason.TopicFilterInvalid, error, default);

        var subscribing = new MqttSubscribing(live, SharedFilter.Matched(filter), new(entry.QoS, entry.NoLocal, entry.RetainAsPublished, entry.RetainHandling, id));
        await features.SubscribingAsync(subscribing, cancel).ConfigureAwait(false);
        if (subscribing.Refusal is { } refusal) return new(subscribing.RefusalReason, refusal, default);
        if (!live.State.Subscriptions.TryAdd(filter, subscribing.Options, out var isNew))
            return new(MqttReason.QuotaExceeded, $"it has mqtt:maxSubscriptions ({options.Value.MaxSubscriptions}) already: let it use wildcards, or raise the key", default);

        tree.Add(filter, live.State, subscribing.Options);
        if (!live.State.Subscriptions.Contains(filter))
        {
            // Its rights changed at this very moment: whoever ended it in the set may have come to the tree before it was there.
            tree.Remove(filter, live.State);
            return new(MqttReason.NotAuthorized, "its rights have just changed", default);
        }

        return new((MqttReason)subscribing.QoS, null, new(filter, subscribing.Options, isNew));
    }

    // A subscription that is not safe is not granted: with a full disk the client hears so, and the broker lives on.
    private async ValueTask StoreAsync(LiveSession live, List<MqttSubscribed> granted, MqttReason[] reasons, CancellationToken cancel)
    {
        try
        {
            await SaveAsync(live.State, cancel).ConfigureAwait(false);
        }
        catch (IOException)
        {
            foreach (var subscribed in granted.Where(s => s.IsNew))
            {
                live.State.Subscriptions.TryRemove(subscribed.Filter, out _);
                tree.Remove(subscribed.Filter, live.State);
            }

            granted.Clear();
            Array.Fill(reasons, MqttReason.QuotaExceeded);
        }
    }

    // The disk still has them, and they would be there again after a restart: so they go on, and nothing is acknowledged.
    private async ValueTask<bool> TryStoreAsync(LiveSession live, List<KeyValuePair<string, SubscriptionOptions>> ended, CancellationToken cancel)
    {
        try
        {
            await SaveAsync(live.State, cancel).ConfigureAwait(false);
            return true;
        }
        catch (IOException)
        {
            foreach (var (filter, subscription) in ended)
            {
                live.State.Subscriptions.TryAdd(filter, subscription, out _);
                tree.Add(filter, live.State, subscription);
            }

            live.End(EndReason.InternalError, "The end of its subscriptions could not be stored: free space on the disk.", MqttReason.ImplementationSpecificError);
            return false;
        }
    }

    private async ValueTask SaveAsync(Session session, CancellationToken cancel)
    {
        if (!session.Subscriptions.IsChanged) return;

        var version = session.Subscriptions.Version;
        await store.SaveAsync(session, cancel).ConfigureAwait(false);
        session.Subscriptions.MarkStored(version);
    }

    // A message of QoS 2 that is not released yet has that identifier (MQTT 5.0 §2.2.1); older clients cannot be told.
    private static bool IsInUse(LiveSession live, ushort packetId) => live.Version == ProtocolVersion.V5 && live.State.Unreleased.Contains(packetId);

    private static bool IsWellFormed(string filter) =>
        SharedFilter.IsShared(filter)
            ? SharedFilter.TryParse(filter, out _, out var inner) && TopicFilter.TryParse(inner, out _)
            : TopicFilter.TryParse(filter, out _);

    private readonly record struct Outcome(MqttReason Reason, string? Refusal, MqttSubscribed Subscribed);
}
