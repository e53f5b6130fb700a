using System.Collections.Concurrent;

using Edge.Mqtt.Features;
using Edge.Mqtt.Topics;
using Edge.Transport;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Sessions;

/// <summary>What a client asks for with CONNECT.</summary>
/// <param name="CleanStart">Nothing of an earlier session.</param>
/// <param name="ExpirySeconds">How long the session is to outlive the connection; 0 for not at all.</param>
internal readonly record struct SessionRequest(bool CleanStart, uint ExpirySeconds);

/// <summary>What came of opening a session.</summary>
/// <param name="IsPresent">The client had one, and has it again.</param>
/// <param name="Error">Why it has none, with the remedy; null where it has.</param>
internal readonly record struct OpenResult(bool IsPresent, string? Error);

/// <summary>What all sessions have together.</summary>
/// <param name="Sessions">Sessions, waiting ones included.</param>
/// <param name="Queued">Messages of QoS 1 and 2 that wait or are not acknowledged.</param>
/// <param name="Expired">Sessions that were dropped because their clients stayed away, since the start.</param>
internal readonly record struct SessionCounts(int Sessions, long Queued, long Expired);

/// <summary>Every session, connected or waiting for its client. One gate per client (striped) orders connects, take-overs and ends.</summary>
internal sealed partial class SessionRegistry(
    SessionFactory factory, SessionStore store, SessionEnd end, IOptions<MqttOptions> options, ILogger<SessionRegistry> logger) : IMqttSessions
{
    private const int Gates = 64;

    private readonly ConcurrentDictionary<SessionKey, Session> _sessions = new();
    private readonly ConcurrentDictionary<LiveSession, bool> _live = new(ReferenceEqualityComparer.Instance);
    private readonly SemaphoreSlim[] _gates = [.. Enumerable.Range(0, Gates).Select(_ => new SemaphoreSlim(1))];
    private readonly SessionExpiry _expiry = new();
    private readonly SubjectCount _persistent = new();
    private readonly SubjectCount _connected = new();
    private long _expired;

    /// <summary>How many sessions there are, waiting ones included.</summary>
    public int Count => _sessions.Count;

    /// <summary>How many of them wait for their end.</summary>
    public int Watched => _expiry.Count;

    /// <summary>The session, connected or not; null where there is none.</summary>
    public Session? Find(SessionKey key) => _sessions.GetValueOrDefault(key);

    /// <summary>What they have together, counted now.</summary>
    public SessionCounts Counts => new(_sessions.Count, _sessions.Sum(s => (long)s.Value.QueuedMessages), Interlocked.Read(ref _expired));

    /// <inheritdoc/>
    public IReadOnlyList<IMqttSession> Connected(string? clientId = null) =>
        [.. _live.Keys.Where(s => clientId is null || s.ClientId == clientId)];

    /// <summary>Puts back what the store has. Once, before the first client. Every session counts as seen now: one whose client was connected when the
    /// power went has an old date in the store, or none, and must not expire before that client can come back.</summary>
    public async Task LoadAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var state = await store.LoadAsync(cancel).ConfigureAwait(false);
        factory.ContinueAfter(state.LastNumber);
        foreach (var stored in state.Sessions)
        {
            var session = factory.Restore(stored, state);
            session.LastSeen = now;
            _sessions[session.Key] = session;
            _persistent.TryAdd(session.Key.Subject, int.MaxValue, int.MaxValue);
            _expiry.Watch(session);
            end.Restored(session);
        }

        if (state.Sessions.Count > 0) LogLoaded(state.Sessions.Count);
    }

    /// <summary>Gives a connection its session; ends the connection that has it ([MQTT-3.1.4-2]).</summary>
    public async Task<OpenResult> OpenAsync(LiveSession live, SessionRequest request, DateTimeOffset now, CancellationToken cancel)
    {
        // Before the gate: the earlier connection has two seconds for its last word, and others wait at the same gate. Behind it once more, for another that came.
        await TakeOverAsync(live, cancel).ConfigureAwait(false);
        var gate = GateOf(live.Key);
        await gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            await TakeOverAsync(live, cancel).ConfigureAwait(false);

            // Bootstrap sessions belong to nobody: the limit per address bounds them.
            if (!live.Identity.IsBootstrap && !_connected.TryAdd(live.Identity.Subject, options.Value.MaxConnectionsPerSubject, int.MaxValue))
                return new(false, $"{live.Identity.Subject} has mqtt:maxConnectionsPerSubject ({options.Value.MaxConnectionsPerSubject}) connections: end some, or raise the key.");

            var isOpen = false;
            try
            {
                var (session, isPresent) = await FindOrCreateAsync(live.Key, request, now, cancel).ConfigureAwait(false);
                if (session is null)
                    return new(false, "mqtt:maxPersistentSessions or mqtt:maxPersistentSessionsPerSubject is reached: connect with a clean session, or raise the key.");

                live.State = session;
                session.Holder = live;
                _expiry.Forget(session);
                _live[live] = isOpen = true;
                return new(isPresent, null);
            }
            catch (IOException)
            {
                return new(false, "Its session cannot be stored: free space on the disk.");
            }
            finally
            {
                if (!isOpen && !live.Identity.IsBootstrap) _connected.Remove(live.Identity.Subject);
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Takes the session back from a connection that has ended.</summary>
    public async Task CloseAsync(LiveSession live, DateTimeOffset now)
    {
        // Not through the gate: whoever takes over waits in it, for this.
        var session = live.State;
        _live.TryRemove(live, out _);
        if (!live.Identity.IsBootstrap) _connected.Remove(live.Identity.Subject);
        session.LastSeen = now;
        try
        {
            // Before the holder goes: whoever finds no holder must not find a dying session.
            if (session.ExpirySeconds == 0) await DropAsync(session, CancellationToken.None).ConfigureAwait(false);
            else
            {
                store.SaveSoon(session);
                _expiry.Watch(session);
                end.Redistribute(session);
            }
        }
        finally
        {
            session.Holder = null;
            live.MarkGone();
        }
    }

    /// <summary>True where a session's time is over.</summary>
    public bool HasExpired(DateTimeOffset now) => _expiry.HasDue(now);

    /// <summary>Drops the sessions whose clients have stayed away too long.</summary>
    public async Task DropExpiredAsync(DateTimeOffset now, CancellationToken cancel)
    {
        while (_expiry.TakeDue(now) is { } session)
        {
            var gate = GateOf(session.Key);
            await gate.WaitAsync(cancel).ConfigureAwait(false);
            try
            {
                if (!SessionExpiry.IsOver(session, now)) continue;

                LogExpired(session.Key.ClientId, session.LastSeen, session.QueuedMessages);
                await DropAsync(session, cancel).ConfigureAwait(false);
                Interlocked.Increment(ref _expired);
            }
            catch (IOException)
            {
                _expiry.Watch(session); // the store does not take it now: another time
                throw;
            }
            finally
            {
                gate.Release();
            }
        }
    }

    /// <summary>Drops every session of a subject, connected or not, with what waits in it: whoever is called so later begins anew.</summary>
    /// <exception cref="IOException">One could not be deleted from the store.</exception>
    public async Task DropAllAsync(string subject, string reason, CancellationToken cancel)
    {
        foreach (var session in _sessions.Values.Where(s => string.Equals(s.Key.Subject, subject, StringComparison.OrdinalIgnoreCase)).ToList())
        {
            await EndHolderAsync(session, EndReason.Revoked, reason, cancel).ConfigureAwait(false); // before the gate, as above
            var gate = GateOf(session.Key);
            await gate.WaitAsync(cancel).ConfigureAwait(false);
            try
            {
                await EndHolderAsync(session, EndReason.Revoked, reason, cancel).ConfigureAwait(false);
                await DropAsync(session, cancel).ConfigureAwait(false);
            }
            catch (IOException)
            {
                // It is in the store still: whoever tries again must find it.
                if (session.IsPersistent && _sessions.TryAdd(session.Key, session)) _persistent.TryAdd(session.Key.Subject, int.MaxValue, int.MaxValue);
                throw;
            }
            finally
            {
                gate.Release();
            }
        }
    }

    private Task TakeOverAsync(LiveSession live, CancellationToken cancel) => _sessions.TryGetValue(live.Key, out var session)
        ? EndHolderAsync(session, EndReason.TakenOver, $"The same client connected again from {live.RemoteEndPoint}.", cancel)
        : Task.CompletedTask;

    private static async Task EndHolderAsync(Session session, EndReason reason, string detail, CancellationToken cancel)
    {
        if (session.Holder is not { } holder) return;

        holder.End(reason, detail);
        await holder.Gone.WaitAsync(cancel).ConfigureAwait(false);
    }

    private async Task<(Session? Session, bool IsPresent)> FindOrCreateAsync(SessionKey key, SessionRequest request, DateTimeOffset now, CancellationToken cancel)
    {
        if (_sessions.TryGetValue(key, out var known))
        {
            if (!request.CleanStart && !SessionExpiry.IsOver(known, now))
            {
                known.ExpirySeconds = request.ExpirySeconds;
                return (known, true);
            }

            await DropAsync(known, cancel).ConfigureAwait(false);
        }

        var (limits, isPersistent) = (options.Value, request.ExpirySeconds > 0);
        if (isPersistent && !_persistent.TryAdd(key.Subject, limits.MaxPersistentSessionsPerSubject, limits.MaxPersistentSessions)) return (null, false);

        var session = factory.Create(key, request.ExpirySeconds);
        if (isPersistent) await StoreAsync(session, cancel).ConfigureAwait(false);
        _sessions[key] = session;
        return (session, false);
    }

    // One that is not stored must not be found again: a client that is told of a session relies on it.
    private async Task StoreAsync(Session session, CancellationToken cancel)
    {
        try
        {
            await store.SaveAsync(session, cancel).ConfigureAwait(false);
        }
        catch
        {
            _persistent.Remove(session.Key.Subject);
            throw;
        }
    }

    private async Task DropAsync(Session session, CancellationToken cancel)
    {
        if (!_sessions.TryGetValue(session.Key, out var held) || held != session) return;

        _expiry.Forget(session);
        try
        {
            await end.EndAsync(session, cancel).ConfigureAwait(false);
        }
        finally
        {
            // Not before: whoever finds none makes one, and must not store it ahead of the deletion of this.
            if (_sessions.TryRemove(new(session.Key, session)) && session.IsPersistent) _persistent.Remove(session.Key.Subject);
        }
    }

    private SemaphoreSlim GateOf(SessionKey key) => _gates[(key.GetHashCode() & int.MaxValue) % Gates];

    [LoggerMessage(EventId = 2010, Level = LogLevel.Information, Message = "Found {Count} MQTT sessions that wait for their clients")]
    private partial void LogLoaded(int count);

    [LoggerMessage(EventId = 2011, Level = LogLevel.Information,
        Message = "Dropped the session of {ClientId}, away since {LastSeen:u}, with {Messages} messages (its own expiry, at most mqtt:sessionExpiryHours)")]
    private partial void LogExpired(string clientId, DateTimeOffset lastSeen, int messages);
}
