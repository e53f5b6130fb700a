using Edge.Mqtt.Features;
using Edge.Mqtt.Topics;

namespace Edge.Mqtt.Sessions;

/// <summary>What a session leaves behind, in the subscription tree, in the store and with the groups that it was a member of.</summary>
internal sealed class SessionEnd(SubscriptionTree<Session> tree, SessionStore store, Deliverer deliverer, FeatureSet features)
{
    /// <summary>Subscribes again for a session that was stored.</summary>
    public void Restored(Session session)
    {
        foreach (var (filter, granted) in session.Subscriptions.All) tree.Add(filter, session, granted);
    }

    /// <summary>Gives what was not sent yet to other members of its groups: they are there, it is not.</summary>
    public void Redistribute(Session session) => deliverer.Redistribute(session, isOver: false);

    /// <summary>Forgets the session.</summary>
    /// <exception cref="IOException">It could not be deleted from the store.</exception>
    public async Task EndAsync(Session session, CancellationToken cancel)
    {
        foreach (var (filter, _) in session.Subscriptions.All) tree.Remove(filter, session);
        deliverer.Redistribute(session, isOver: true);
        if (session.IsPersistent) await store.DeleteAsync(session, cancel).ConfigureAwait(false);
        await features.SessionEndedAsync(session.Key.Subject, session.Key.ClientId, cancel).ConfigureAwait(false);
    }
}
