namespace Edge.Mqtt.Sessions;

/// <summary>Which of the waiting sessions is over first.</summary>
internal sealed class SessionExpiry
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<Session, DateTimeOffset> _waiting = new();

    /// <summary>True where the session has no connection, and had none for as long as it waits.</summary>
    public static bool IsOver(Session session, DateTimeOffset now) => session.Holder is null && EndOf(session) <= now;

    /// <summary>Watches a session that has lost its connection. One that comes back and goes again is watched once more; what is left of the first time is passed
    /// over when it is due.</summary>
    public void Watch(Session session)
    {
        lock (_lock) _waiting.Enqueue(session, EndOf(session));
    }

    public bool HasDue(DateTimeOffset now)
    {
        lock (_lock) return _waiting.TryPeek(out _, out var at) && at <= now;
    }

    /// <summary>The next session that may be over; look again, behind its gate.</summary>
    public Session? TakeDue(DateTimeOffset now)
    {
        lock (_lock) return _waiting.TryPeek(out _, out var at) && at <= now ? _waiting.Dequeue() : null;
    }

    private static DateTimeOffset EndOf(Session session) => session.LastSeen.AddSeconds(session.ExpirySeconds);
}
