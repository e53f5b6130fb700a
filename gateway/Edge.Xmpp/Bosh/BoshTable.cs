using System.Collections.Concurrent;
using System.Net;

using Edge.Transport;
using Edge.Xmpp.Sessions;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Bosh;

/// <summary>The sessions over HTTP, by their identifiers.</summary>
internal sealed class BoshTable : IHeartbeatHandler
{
    private readonly XmppServer _server;
    private readonly SessionHost _host;
    private readonly BoshOptions _options;
    private readonly ConcurrentDictionary<string, BoshSession> _sessions = new(StringComparer.Ordinal);

    public BoshTable(XmppServer server, SessionHost host, IOptions<BoshOptions> options, Heartbeat heartbeat)
    {
        (_server, _host, _options) = (server, host, options.Value);
        heartbeat.Add(this);
    }

    /// <summary>How many sessions there are, those that have just ended included.</summary>
    public int Count => _sessions.Count;

    /// <summary>How many requests wait for their answer.</summary>
    public int HeldCount => _sessions.Values.Sum(s => s.HeldCount);

    public BoshSession? Find(string sid) => _sessions.GetValueOrDefault(sid);

    /// <summary>Begins a session with its first request.</summary>
    public Task<BoshAnswer> BeginAsync(BoshBody body, EndPoint? remote, XmppListenerPolicy policy, TlsFacts? tls)
    {
        var session = new BoshSession(BoshTerms.For(body, _options), _host.Streams);
        _sessions[session.Sid] = session;
        _ = ServeAsync(session, new BoshStream(session, _host.Streams, tls), remote, policy); // it does not throw, and ends with the session
        // The gate has been asked by now, before anything is spent on what came.
        if (!session.HasEnded) body.ReadPayloads(_host.Streams.FirstLimits, _options.MaxBodyElements);
        return session.AskAsync(body);
    }

    public void OnHeartbeat(long timestamp, DateTimeOffset now)
    {
        foreach (var (sid, session) in _sessions)
        {
            session.Check(timestamp);
            if (session.IsGone) _sessions.TryRemove(sid, out _);
        }
    }

    private async Task ServeAsync(BoshSession session, BoshStream stream, EndPoint? remote, XmppListenerPolicy policy)
    {
        // What was not let in is not kept until its time is over, or a flood would fill the memory.
        if (await _server.ServeAsync(stream, remote, policy).ConfigureAwait(false) is null) _sessions.TryRemove(session.Sid, out _);
    }
}
