namespace Edge.Mqtt.Sessions;

/// <summary>Which of the waiting sessions is over first. Holds each of them once, and none that is gone: a client that comes and goes all day, or drops its session
/// with all that waits in it, must not fill the memory with what was.</summary>
internal sealed class SessionExpiry
{
    private readonly Lock _lock = new();
    private readonly SortedSet<Entry> _waiting = [];
    private readonly Dictionary<Session, DateTimeOffset> _ends = new(ReferenceEqualityComparer.Instance);

    /// <summary>How many sessions it holds.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _waiting.Count;
        }
    }

    /// <summary>True where the session has no connection, and had none for as long as it waits.</summary>
    public static bool IsOver(Session session, DateTimeOffset now) => session.Holder is null && EndOf(session) <= now;

    /// <summary>Watches a session that has lost its connection, from now on until its new end.</summary>
    public void Watch(Session session)
    {
        var end = EndOf(session);
        lock (_lock)
        {
            Remove(session);
            _waiting.Add(new(end, session));
            _ends[session] = end;
        }
    }

    /// <summary>Watches it no more: its client is back, or it is over.</summary>
    public void Forget(Session session)
    {
        lock (_lock) Remove(session);
    }

    public bool HasDue(DateTimeOffset now)
    {
        lock (_lock) return _waiting.Min is { Session: not null } first && first.At <= now;
    }

    /// <summary>The next session that may be over; look again, behind its gate.</summary>
    public Session? TakeDue(DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_waiting.Min is not { Session: { } session } first || first.At > now) return null;

            Remove(session);
            return session;
        }
    }

    private void Remove(Session session)
    {
        if (_ends.Remove(session, out var at)) _waiting.Remove(new(at, session));
    }

    private static DateTimeOffset EndOf(Session session) => session.LastSeen.AddSeconds(session.ExpirySeconds);

    private readonly record struct Entry(DateTimeOffset At, Session Session) : IComparable<Entry>
    {
        public int CompareTo(Entry other) => At == other.At ? Session.Number.CompareTo(other.Session.Number) : At.CompareTo(other.At);
    }
}
