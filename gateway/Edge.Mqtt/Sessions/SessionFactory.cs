using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Sessions;

/// <summary>Makes sessions, and gives each a number that no other has or had.</summary>
internal sealed class SessionFactory(SessionStore store, Deliverer deliverer, IOptions<MqttOptions> options, MqttMetrics metrics)
{
    private long _lastNumber;

    public void ContinueAfter(long lastNumber) => Interlocked.Exchange(ref _lastNumber, lastNumber);

    public Session Create(SessionKey key, bool isPersistent) => Make(key, Interlocked.Increment(ref _lastNumber), isPersistent);

    /// <summary>A session as it was stored.</summary>
    public Session Restore(StoredSession stored, StoredState state)
    {
        var session = Make(new(stored.Subject, stored.ClientId), stored.Number, isPersistent: true);
        foreach (var (filter, qos) in stored.Subscriptions) session.TrySubscribe(filter, qos);
        foreach (var message in state.Messages.GetValueOrDefault(stored.Number, [])) session.Restore(message);
        foreach (var id in state.Incoming.GetValueOrDefault(stored.Number, [])) session.TryAddIncomplete(id);
        return session;
    }

    private Session Make(SessionKey key, long number, bool isPersistent) => new(key, number, isPersistent, options.Value, metrics)
    {
        Deliverer = deliverer,
        Forget = isPersistent ? message => store.ForgetMessage(number, message) : null,
    };
}
