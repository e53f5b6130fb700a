using System.Text;

using Edge.Mqtt.Sessions.Log;
using Edge.Mqtt.Wire;

using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Sessions;

/// <summary>Makes sessions, and gives each a number that no other has or had.</summary>
internal sealed class SessionFactory(SessionStore store, IOptions<MqttOptions> options, MqttMetrics metrics, Refusals refusals, TimeProvider clock)
{
    private readonly SessionContext _context = new(options.Value, metrics, store, refusals, clock);
    private long _lastNumber;

    public void ContinueAfter(long lastNumber) => Interlocked.Exchange(ref _lastNumber, lastNumber);

    public Session Create(SessionKey key, uint expirySeconds) =>
        new(key, Interlocked.Increment(ref _lastNumber), isPersistent: expirySeconds > 0, _context) { ExpirySeconds = expirySeconds };

    /// <summary>A session as it was stored.</summary>
    public Session Restore(StoredSession stored, StoredState state)
    {
        var session = new Session(new(stored.Subject, stored.ClientId), stored.Number, isPersistent: true, _context)
        {
            ExpirySeconds = stored.ExpirySeconds ?? options.Value.LongestExpirySeconds,
        };
        foreach (var subscription in stored.Subscriptions) session.Subscriptions.TryAdd(subscription.Filter, subscription.Options, out _);
        if (!state.Log.Sessions.TryGetValue(stored.Number, out var logged)) return session;

        foreach (var delivery in logged.Queued) session.Restore(ToQueued(delivery));
        foreach (var id in logged.Incoming) session.Unreleased.Add(id);
        return session;
    }

    // Whether it was sent before the restart is not known: DUP says that it may have been.
    private static QueuedMessage ToQueued(LoggedDelivery logged)
    {
        var message = logged.Message;
        var frame = new PublishFrame(
            new MqttMessage(Encoding.UTF8.GetString(message.Topic.Span), message.Payload, message.QoS, message.Retain), message.Topic, message.Properties)
        {
            ExpiresAt = message.ExpiresAtUnixSeconds > 0 ? message.ExpiresAtUnixSeconds : null,
        };
        var ids = logged.SubscriptionIds.Count > 0 ? logged.SubscriptionIds.ToArray() : null;
        return new(frame, new(logged.QoS, logged.Retain, ids), logged.PacketId, logged.Sequence) { IsReleased = logged.IsReleased, WasSent = true, QueuedAt = message.PublishedAt.ToUnixTimeSeconds() };
    }
}
