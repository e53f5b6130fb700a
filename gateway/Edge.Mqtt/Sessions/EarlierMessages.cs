using System.Globalization;
using System.Text;

using Edge.Mqtt.Sessions.Log;
using Edge.Storage;
using Edge.Storage.Log;

namespace Edge.Mqtt.Sessions;

/// <summary>A message for a session as the database had it; its key is the session's number and its sequence.</summary>
internal sealed record EarlierMessage(string Topic, byte[] Payload, MqttQoS QoS, bool Retain, ushort PacketId, bool IsReleased);

/// <summary>An identifier of QoS 2 that a session sent and had not released; its key is the session's number and the identifier.</summary>
internal sealed record EarlierIncoming(ushort PacketId);

/// <summary>
/// Moves what waits for sessions from the database, where it was before there was a log, to the log: at the first start with such a data folder, before any client
/// is let in. A start that breaks off in the middle is made up for by the next one.
/// </summary>
internal sealed class EarlierMessages(IStorage storage, MessageLog log)
{
    private const string Messages = "mqtt-messages";
    private const string Incoming = "mqtt-incoming";

    /// <summary>Moves what there is.</summary>
    /// <param name="logged">What the log has.</param>
    /// <param name="sessions">The numbers of the sessions; what belongs to no other one is dropped.</param>
    /// <param name="cancel">The start is given up.</param>
    /// <returns>What the log has then.</returns>
    public async Task<LogState> MoveAsync(LogState logged, IReadOnlyList<long> sessions, CancellationToken cancel)
    {
        var messages = await ListAsync<EarlierMessage>(Messages, cancel).ConfigureAwait(false);
        var incoming = await ListAsync<EarlierIncoming>(Incoming, cancel).ConfigureAwait(false);
        if (messages.Count + incoming.Count == 0) return logged;

        var (all, written) = (new Dictionary<long, LoggedSession>(logged.Sessions), new List<Task>());
        var (messagesOf, incomingOf) = (messages.ToLookup(m => m.Session), incoming.ToLookup(i => i.Session));
        foreach (var number in sessions)
            all[number] = Merge(number, all.GetValueOrDefault(number) ?? new([], []), messagesOf[number], incomingOf[number], written);

        await Task.WhenAll(written).WaitAsync(cancel).ConfigureAwait(false);
        await DeleteAsync(messages.Select(m => (Messages, m.Key)).Concat(incoming.Select(i => (Incoming, i.Key))), cancel).ConfigureAwait(false);
        return new(all);
    }

    // What a start that broke off has moved already is in the log, under the same number.
    private LoggedSession Merge(
        long session, LoggedSession logged, IEnumerable<Found<EarlierMessage>> messages, IEnumerable<Found<EarlierIncoming>> incoming, List<Task> written)
    {
        var known = logged.Queued.Select(q => q.Sequence).ToHashSet();
        var added = messages.Where(m => !known.Contains(m.Item)).Select(m => Move(session, m.Item, m.Document, written)).ToList();
        var ids = incoming.Select(i => i.Document.PacketId).Except(logged.Incoming).ToList();
        foreach (var id in ids)
        {
            var group = log.Rent();
            group.AddIncoming(session, id);
            Post(group, written);
        }

        return new([.. logged.Queued.Concat(added).OrderBy(q => q.Sequence)], [.. logged.Incoming, .. ids]);
    }

    private LoggedDelivery Move(long session, long sequence, EarlierMessage earlier, List<Task> written)
    {
        var topic = Encoding.UTF8.GetBytes(earlier.Topic);
        var group = log.Rent();
        var id = group.AddMessage(new MqttMessage(earlier.Topic, earlier.Payload, earlier.QoS), topic, [], 0);
        group.AddQueued(id, session, sequence, earlier.PacketId, earlier.QoS, earlier.Retain, []);
        if (earlier.IsReleased) group.AddReleased(session, sequence);
        Post(group, written);

        var message = new LoggedMessage(id, topic, default, earlier.Payload, earlier.QoS, false, 0, default);
        return new(message, sequence, earlier.PacketId, earlier.QoS, earlier.Retain, earlier.IsReleased, []);
    }

    private void Post(LogGroup group, List<Task> written)
    {
        var waiter = new TaskWaiter();
        log.Post(group, waiter);
        written.Add(waiter.Task);
    }

    private async Task<List<Found<T>>> ListAsync<T>(string collection, CancellationToken cancel) where T : class
    {
        var found = new List<Found<T>>();
        await foreach (var (key, document) in storage.Open<T>(collection).ListAsync(cancel: cancel).ConfigureAwait(false))
            found.Add(new(key, ParseHex(key.AsSpan(0, 16)), ParseHex(key.AsSpan(17)), document));
        return found;
    }

    private async Task DeleteAsync(IEnumerable<(string Collection, string Key)> documents, CancellationToken cancel)
    {
        const int PerCommit = 512;
        foreach (var some in documents.Chunk(PerCommit))
        {
            var batch = new StoreBatch();
            foreach (var (collection, key) in some) batch.Delete(collection, key);
            await storage.CommitAsync(batch, cancel).ConfigureAwait(false);
        }
    }

    private static long ParseHex(ReadOnlySpan<char> text) => long.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private readonly record struct Found<T>(string Key, long Session, long Item, T Document);
}
