using System.Globalization;

using Edge.Mqtt.Wire;
using Edge.Storage;

namespace Edge.Mqtt.Sessions;

/// <summary>A session in the store.</summary>
internal sealed record StoredSession(
    string Subject, string ClientId, long Number, DateTimeOffset LastSeen, IReadOnlyList<StoredSubscription> Subscriptions);

/// <summary>A subscription in the store.</summary>
internal sealed record StoredSubscription(string Filter, MqttQoS QoS);

/// <summary>A message for a session, in the store; its key is the session's number and its sequence.</summary>
internal sealed record StoredMessage(string Topic, byte[] Payload, MqttQoS QoS, bool Retain, ushort PacketId, bool IsReleased);

/// <summary>The identifier of a QoS 2 message that a session sent and has not released; its key is the session's number and the identifier.</summary>
internal sealed record StoredIncoming(ushort PacketId);

/// <summary>What a start finds in the store, by the session's number.</summary>
internal sealed record StoredState(
    IReadOnlyList<StoredSession> Sessions, IReadOnlyDictionary<long, List<QueuedMessage>> Messages, IReadOnlyDictionary<long, List<ushort>> Incoming)
{
    /// <summary>The highest number in use, or left over from a session.</summary>
    public long LastNumber => Sessions.Select(s => s.Number).Concat(Messages.Keys).Concat(Incoming.Keys).DefaultIfEmpty().Max();
}

/// <summary>A message, and the session that it is stored for.</summary>
internal readonly record struct QueuedFor(Session Session, QueuedMessage Message);

/// <summary>Keeps persistent sessions across restarts and power cuts.</summary>
internal sealed class SessionStore(IStorage storage, Journal journal)
{
    private const string Sessions = "mqtt-sessions";
    private const string Messages = "mqtt-messages";
    private const string Incoming = "mqtt-incoming";

    /// <summary>Everything that is stored. What belongs to no session any more (the power went while one was deleted) is removed.</summary>
    public async Task<StoredState> LoadAsync(CancellationToken cancel)
    {
        var messages = await GroupAsync(storage.Open<StoredMessage>(Messages), ToQueued, cancel).ConfigureAwait(false);
        var incoming = await GroupAsync(storage.Open<StoredIncoming>(Incoming), static (_, i) => i.PacketId, cancel).ConfigureAwait(false);
        var sessions = new List<StoredSession>();
        await foreach (var (_, session) in storage.Open<StoredSession>(Sessions).ListAsync(cancel: cancel).ConfigureAwait(false))
            sessions.Add(session);

        var known = sessions.Select(s => s.Number).ToHashSet();
        await journal.WriteAsync(
            batch =>
            {
                foreach (var (number, orphans) in messages.Where(g => !known.Contains(g.Key)))
                    foreach (var orphan in orphans) batch.Delete(Messages, Key(number, orphan.Sequence));
                foreach (var (number, orphans) in incoming.Where(g => !known.Contains(g.Key)))
                    foreach (var orphan in orphans) batch.Delete(Incoming, Key(number, orphan));
            },
            cancel).ConfigureAwait(false);
        return new(sessions, messages, incoming);
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
        var prefix = Prefix(session.Number);
        var messages = await KeysAsync(storage.Open<StoredMessage>(Messages), prefix, cancel).ConfigureAwait(false);
        var incoming = await KeysAsync(storage.Open<StoredIncoming>(Incoming), prefix, cancel).ConfigureAwait(false);
        await journal.WriteAsync(
            batch =>
            {
                batch.Delete(Sessions, session.Key.ToString());
                foreach (var key in messages) batch.Delete(Messages, key);
                foreach (var key in incoming) batch.Delete(Incoming, key);
            },
            cancel).ConfigureAwait(false);
    }

    /// <summary>Stores messages for their sessions, and the sender's identifier with them: all or nothing, so that a QoS 2 message is neither
    /// lost nor passed on twice.</summary>
    public Task SaveMessagesAsync(IReadOnlyList<QueuedFor> messages, Session? sender, ushort senderId, CancellationToken cancel) =>
        journal.WriteAsync(
            batch =>
            {
                foreach (var (session, message) in messages) batch.Save(Messages, Key(session.Number, message.Sequence), ToStored(message));
                if (sender is not null) batch.Save(Incoming, Key(sender.Number, senderId), new StoredIncoming(senderId));
            },
            cancel);

    /// <summary>Stores that the client has the message (PUBREC), before PUBREL lets it forget the identifier.</summary>
    public Task SaveReleasedAsync(Session session, QueuedMessage message, CancellationToken cancel) =>
        journal.WriteAsync(batch => batch.Save(Messages, Key(session.Number, message.Sequence), ToStored(message)), cancel);

    /// <summary>Forgets an incoming identifier, before PUBCOMP lets the client use it again.</summary>
    public Task DeleteIncomingAsync(Session session, ushort packetId, CancellationToken cancel) =>
        journal.WriteAsync(batch => batch.Delete(Incoming, Key(session.Number, packetId)), cancel);

    /// <summary>Forgets a message some time soon. Lost with the power, it is sent once more, which QoS 1 allows and QoS 2 sorts out by itself.</summary>
    public void ForgetMessage(long sessionNumber, QueuedMessage message) =>
        journal.TryPost(batch => batch.Delete(Messages, Key(sessionNumber, message.Sequence)));

    private static StoredSession ToStored(Session session) => new(
        session.Key.Subject, session.Key.ClientId, session.Number, session.LastSeen,
        [.. session.Subscriptions.Select(s => new StoredSubscription(s.Key, s.Value))]);

    private static StoredMessage ToStored(QueuedMessage message) => new(
        message.Frame.Message.Topic, message.Frame.Message.Payload.ToArray(), message.QoS, message.Retain, message.PacketId, message.IsReleased);

    // Whether it was sent before the restart is not known: DUP says that it may have been.
    private static QueuedMessage ToQueued(long sequence, StoredMessage stored) =>
        new(new(new MqttMessage(stored.Topic, stored.Payload, stored.QoS)), stored.QoS, stored.Retain, stored.PacketId, sequence)
        {
            IsReleased = stored.IsReleased,
            WasSent = true,
        };

    private static string Prefix(long session) => session.ToString("x16", CultureInfo.InvariantCulture) + "/";

    private static string Key(long session, long item) => Prefix(session) + item.ToString("x16", CultureInfo.InvariantCulture);

    private static async Task<Dictionary<long, List<TItem>>> GroupAsync<TDocument, TItem>(
        IStore<TDocument> store, Func<long, TDocument, TItem> convert, CancellationToken cancel) where TDocument : class
    {
        var groups = new Dictionary<long, List<TItem>>();
        await foreach (var (key, document) in store.ListAsync(cancel: cancel).ConfigureAwait(false))
        {
            var (session, item) = (ParseHex(key.AsSpan(0, 16)), ParseHex(key.AsSpan(17)));
            if (!groups.TryGetValue(session, out var group)) groups.Add(session, group = []);
            group.Add(convert(item, document));
        }

        return groups;
    }

    private static async Task<List<string>> KeysAsync<T>(IStore<T> store, string prefix, CancellationToken cancel) where T : class
    {
        var keys = new List<string>();
        await foreach (var (key, _) in store.ListAsync(prefix, cancel).ConfigureAwait(false)) keys.Add(key);
        return keys;
    }

    private static long ParseHex(ReadOnlySpan<char> text) => long.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
