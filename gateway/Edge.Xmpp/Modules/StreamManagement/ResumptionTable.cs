using System.Collections.Concurrent;
using System.Security.Cryptography;

using Edge.Transport;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Sessions;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.StreamManagement;

/// <summary>The sessions with acknowledgements by their id, and for a while those that are over.</summary>
internal sealed class ResumptionTable : IHeartbeatHandler
{
    /// <summary>What a session that waits for its client is counted with, beside its stanzas.</summary>
    public const int SessionBytes = 2048;

    /// <summary>Why a session that waits for its client cannot wait longer.</summary>
    public const string Full = "The sessions that wait for their clients hold as much as xmpp:streamManagement:maxKeptBytes allows.";

    private const int MostRemembered = 1000; // sessions that are over: enough for those of the last minutes

    private readonly ConcurrentDictionary<string, ManagedSession> _sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _order = new();
    private readonly ConcurrentDictionary<string, (string Account, uint Handled)> _over = new(StringComparer.Ordinal);
    private readonly ResourceDeparture _departure;
    private long _reserved;

    public ResumptionTable(IOptions<StreamManagementOptions> options, TimeProvider clock, ResourceDeparture departure, Heartbeat heartbeat)
    {
        (Options, Clock, _departure) = (options.Value, clock, departure);
        heartbeat.Add(this);
    }

    public StreamManagementOptions Options { get; }

    public TimeProvider Clock { get; }

    public DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>Bytes that sessions hold which wait for their clients.</summary>
    public long ReservedBytes => Interlocked.Read(ref _reserved);

    /// <summary>Begins to manage a session; its id cannot be guessed.</summary>
    public ManagedSession Begin(BoundResource bound, int resumeSeconds)
    {
        var session = new ManagedSession(this, bound, RandomNumberGenerator.GetHexString(32, lowercase: true), resumeSeconds);
        _sessions[session.Id] = session;
        return session;
    }

    /// <summary>The session of this account's with this id, or null.</summary>
    public ManagedSession? Find(string account, string id) =>
        _sessions.TryGetValue(id, out var session) && session.Bound.Jid.Local == account && session.ResumeSeconds > 0 ? session : null;

    /// <summary>How many stanzas of a session were handled that is over; null where nobody remembers.</summary>
    public uint? HandledBy(string account, string id) => _over.TryGetValue(id, out var over) && over.Account == account ? over.Handled : null;

    /// <summary>Forgets a session, but for what it had handled.</summary>
    public void Remove(ManagedSession session)
    {
        if (!_sessions.TryRemove(session.Id, out _) || session.ResumeSeconds == 0) return;

        _over[session.Id] = (session.Bound.Jid.Local, session.Handled);
        _order.Enqueue(session.Id);
        while (_order.Count > MostRemembered && _order.TryDequeue(out var oldest)) _over.TryRemove(oldest, out _);
    }

    /// <summary>A session that waits for its client goes: nobody finds it any more when this returns. What follows, such as thousands of stanzas that go back,
    /// is done elsewhere; neither the heartbeat nor a client that sent one too many has the time for it.</summary>
    public void SeeOff(ManagedSession session) => _ = _departure.SeeOffAsync(session.Bound);

    public bool TryReserve(long bytes)
    {
        if (Interlocked.Add(ref _reserved, bytes) <= Options.MaxKeptBytes) return true;
        Unreserve(bytes);
        return false;
    }

    public void Unreserve(long bytes) => Interlocked.Add(ref _reserved, -bytes);

    public void OnHeartbeat(long timestamp, DateTimeOffset now)
    {
        foreach (var (_, session) in _sessions) session.OnBeat(timestamp);
    }
}
