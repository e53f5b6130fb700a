using Edge.Mqtt.Features;
using Edge.Mqtt.Sessions.Log;
using Edge.Mqtt.Wire;

namespace Edge.Mqtt.Sessions;

/// <summary>What came of bringing a message to its receivers.</summary>
/// <param name="Count">The sessions that it was sent to or queued for.</param>
/// <param name="ToStore">What has to be stored before it is sent and acknowledged; null for nothing.</param>
/// <param name="Busy">A receiver that reads more slowly than its publishers write; null for none.</param>
internal readonly record struct Delivery(int Count, PendingStore? ToStore, Session? Busy);

/// <summary>Brings a message to the sessions that it is for.</summary>
internal sealed class Deliverer(RouteFinder routes, SessionStore store, TimeProvider clock)
{
    /// <summary>Keeps what outlives its connection.</summary>
    public SessionStore Store => store;

    /// <summary>Sends or queues a message for every subscriber. What outlives its connection is not sent before it is stored: post <see cref="Delivery.ToStore"/>.</summary>
    /// <param name="publishing">The message.</param>
    /// <param name="from">Whose message it is; null for the gateway's own.</param>
    public Delivery Deliver(MqttPublishing publishing, Session? from)
    {
        var route = publishing.Entry is { } entry ? entry.Route(routes) : routes.Find(publishing.Topic);
        var delivery = new Delivery();
        foreach (var receiver in route.Sessions)
        {
            if (receiver.Session != from) Offer(publishing, receiver, null, ref delivery);
            else if (!receiver.NoLocal) Offer(publishing, receiver.IsMixed ? routes.FindOwn(publishing.Topic, receiver) : receiver, null, ref delivery);
        }

        foreach (var group in route.Groups) OfferGroup(publishing, group, ref delivery);
        return delivery;
    }

    /// <summary>Brings a message to one session, as it stands.</summary>
    /// <exception cref="IOException">It could not be stored.</exception>
    public async ValueTask<bool> ToSessionAsync(Session session, MqttMessage message)
    {
        if (!session.MayReceive(message.Topic)) return false; // no route was found for it, which would have asked

        var frame = new PublishFrame(message, clock.GetUtcNow());
        if (message.QoS == MqttQoS.AtMostOnce)
        {
            return session.SendAtMostOnce(
                frame.Content, new(MqttQoS.AtMostOnce, message.Retain, false, 0, default, ExpirySeconds: message.Properties?.ExpirySeconds, SubscriptionIds: message.SubscriptionIds));
        }

        if (session.Queue(frame, new(message.QoS, message.Retain, message.SubscriptionIds)) is not { } queued) return false;
        if (!session.IsPersistent) return true;

        var pending = store.Begin(frame);
        pending.Add(session, queued);
        await pending.PostAsync().ConfigureAwait(false);
        return true;
    }

    /// <summary>Gives messages of shared subscriptions that a session will not take to other members of their groups.</summary>
    public void Redistribute(Session from, bool isOver)
    {
        foreach (var message in from.WithdrawShared(isOver))
        {
            var now = clock.GetUtcNow();
            var delivery = new Delivery();
            var publishing = new MqttPublishing(null, message.Frame.AsOf(now));
            if (!message.Frame.IsExpired(now)) OfferGroup(publishing, message.Options.Group!, ref delivery);
            delivery.ToStore?.Post(null);
            if (from.IsPersistent && !isOver) store.Forget(from.Number, message);
        }
    }

    private void OfferGroup(MqttPublishing publishing, Topics.SharedGroup<Session> group, ref Delivery delivery)
    {
        var members = group.Members;
        if (members.IsEmpty) return;

        var content = publishing.Content;
        var bytes = content.Topic.Length + content.Properties.Length + content.Payload.Length;
        var turn = group.NextTurn(members.Length);
        var count = delivery.Count;

        // First whoever is there and has room, then whoever the message can wait for.
        for (var round = 0; round < 2 && delivery.Count == count; round++)
        {
            for (var i = 0; i < members.Length && delivery.Count == count; i++)
            {
                var (session, options) = members[(turn + i) % members.Length];
                if (session.IsConnected != (round == 0) || !session.HasRoomFor(bytes) || !session.MayReceive(publishing.Topic)) continue;

                Offer(publishing, new(session, options.QoS, false, options.RetainAsPublished, options.Id == 0 ? null : [options.Id]), group, ref delivery);
            }
        }
    }

    private void Offer(MqttPublishing publishing, in RouteEntry receiver, Topics.SharedGroup<Session>? group, ref Delivery delivery)
    {
        var session = receiver.Session;
        var qos = publishing.QoS < receiver.QoS ? publishing.QoS : receiver.QoS;
        var retain = receiver.RetainAsPublished && publishing.Retain; // else as new ([MQTT-3.3.1-12])
        if (qos == MqttQoS.AtMostOnce)
        {
            var envelope = new PublishEnvelope(qos, retain, false, 0, default, ExpirySeconds: publishing.ExpirySeconds, SubscriptionIds: receiver.Ids);
            if (session.SendAtMostOnce(publishing.Content, envelope)) delivery = delivery with { Count = delivery.Count + 1 };
            if (session.Holder is { IsBusy: true }) delivery = delivery with { Busy = session };
            return;
        }

        var frame = publishing.Frame(clock.GetUtcNow());
        if (session.Queue(frame, new(qos, retain, receiver.Ids, group)) is not { } queued) return;

        var pending = delivery.ToStore;
        if (session.IsPersistent) (pending ??= store.Begin(frame)).Add(session, queued);
        delivery = new(delivery.Count + 1, pending, session.IsBehind ? session : delivery.Busy);
    }
}
