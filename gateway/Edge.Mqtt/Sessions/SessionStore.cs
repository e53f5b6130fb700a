using Edge.Mqtt.Sessions.Log;
using Edge.Mqtt.Topics;
using Edge.Storage;

namespace Edge.Mqtt.Sessions;

/// <summary>A session in the store.</summary>
internal sealed record StoredSession(
    string Subject, string ClientId, long Number, DateTimeOffset LastSeen, IReadOnlyList<StoredSubscription> Subscriptions, uint? ExpirySeconds = null);

/// <summary>A subscription in the store.</summary>
internal sealed record StoredSubscription(
    string Filter, MqttQoS QoS, bool NoLocal = false, bool RetainAsPublished = false, byte RetainHandling = 0, uint Id = 0)
{
    public SubscriptionOptions Options => new(QoS, NoLocal, RetainAsPublished, RetainHandling, Id);
}

/// <summary>What a start finds: sessions, and what is logged of them.</summary>
internal sealed record StoredState(IReadOnlyList<StoredSession> Sessions, LogState Log)
{
    /// <summary>The highest number in use, or left over from a session.</summary>
    public long LastNumber => Math.Max(Log.LastSession, Sessions.Select(s => s.Number).DefaultIfEmpty().Max());
}

/// <summary>Keeps persistent sessions across restarts and power cuts: what they are as documents, their messages in the log.</summary>
internal sealed class SessionStore(IStorage storage, Journal journal, MessageLog log, EarlierMessages earlier)
{
    private const string Sessions = "mqtt-sessions";

    /// <summary>Everything that is stored. What belongs to no session any more (the power went while one was deleted) is forgotten.</summary>
    public async Task<StoredState> LoadAsync(CancellationToken cancel)
    {
        var logged = await log.OpenAsync(cancel).ConfigureAwait(false);
        var sessions = new List<StoredSession>();
        await foreach (var (_, session) in storage.Open<StoredSession>(Sessions).ListAsync(cancel: cancel).ConfigureAwait(false))
            sessions.Add(session);

        long[] numbers = [.. sessions.Select(s => s.Number)];
        foreach (var orphan in logged.Sessions.Keys.Except(numbers)) log.DropSession(orphan);
        return new(sessions, await earlier.MoveAsync(logged, numbers, cancel).ConfigureAwait(false));
    }

    /// <summary>Stores the session with its subscriptions.</summary>
    public Task SaveAsync(Session session, CancellationToken cancel = default)
    {
        var document = ToStored(session);
        return journal.WriteAsync(batch => batch.Save(Sessions, session.Key.ToString(), document), cancel);
    }

    /// <summary>As <see cref="SaveAsync"/>, without waiting.</summary>
    public void SaveSoon(Session session)
    {
        var document = ToStored(session);
        journal.TryPost(batch => batch.Save(Sessions, session.Key.ToString(), document));
    }

    /// <summary>Forgets the session with all it has.</summary>
    public async Task DeleteAsync(Session session, CancellationToken cancel = default)
    {
        await journal.WriteAsync(batch => batch.Delete(Sessions, session.Key.ToString()), cancel).ConfigureAwait(false);
        log.DropSession(session.Number);
    }

    /// <summary>Begins what is to become durable together.</summary>
    /// <param name="frame">The message of it; null for none.</param>
    public PendingStore Begin(PublishFrame? frame = null) => new(log, frame);

    /// <summary>Completes when the log takes more: at once, unless the disk is far behind.</summary>
    public ValueTask WaitForRoomAsync(CancellationToken cancel) => log.IsFull ? log.WaitForRoomAsync(cancel) : default;

    /// <summary>Forgets a message some time soon. Lost with the power, it is sent once more, which QoS 1 allows and QoS 2 sorts out by itself.</summary>
    public void Forget(long sessionNumber, QueuedMessage message)
    {
        var group = log.Rent();
        group.AddDone(sessionNumber, message.Sequence);
        log.Post(group, null);
    }

    private static StoredSession ToStored(Session session) => new(
        session.Key.Subject, session.Key.ClientId, session.Number, session.LastSeen,
        [.. session.Subscriptions.All.Select(s => ToStored(s.Key, s.Value))], session.ExpirySeconds);

    private static StoredSubscription ToStored(string filter, SubscriptionOptions options) =>
        new(filter, options.QoS, options.NoLocal, options.RetainAsPublished, options.RetainHandling, options.Id);
}
