using Edge.Mqtt.Sessions;
using Edge.Storage;

namespace Edge.Mqtt.Features.Retained;

/// <summary>Lets the store follow what is in memory.</summary>
internal sealed class RetainedStore(IStorage storage, Journal journal, RetainedMessages messages)
{
    private const string Store = "mqtt-retained";

    /// <summary>Puts back what was retained.</summary>
    public async ValueTask LoadAsync(CancellationToken cancel)
    {
        await foreach (var (topic, stored) in storage.Open<StoredRetained>(Store).ListAsync(cancel: cancel).ConfigureAwait(false))
            messages.TrySet(stored.ToMessage(topic), stored.ExpiresAt);
    }

    /// <summary>Stores what is retained for the topic, or that nothing is; completes when that is durable, or, without waiting, in line.</summary>
    /// <exception cref="IOException">The store failed.</exception>
    public async ValueTask FollowAsync(string topic, bool waits, CancellationToken cancel)
    {
        if (waits) await journal.WriteAsync(batch => Change(batch, topic), cancel).ConfigureAwait(false);
        else await journal.PostAsync(batch => Change(batch, topic), cancel).ConfigureAwait(false);
    }

    /// <summary>As above, for callers that cannot wait: what is lost is done again after the next start.</summary>
    public void FollowSoon(string topic) => journal.TryPost(batch => Change(batch, topic));

    // What holds when it is written, not when it was asked for: two clients that publish at once leave memory and store the same.
    private void Change(StoreBatch batch, string topic)
    {
        if (messages.Find(topic) is { } held) batch.Save(Store, topic, StoredRetained.Of(held.Message, held.ExpiresAt));
        else batch.Delete(Store, topic);
    }
}
