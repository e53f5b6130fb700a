using Edge.Benchmarks.Compare;
using Edge.Benchmarks.Xmpp.Clients;
using Edge.Benchmarks.Xmpp.Servers;

namespace Edge.Benchmarks.Xmpp;

/// <summary>One measurement of one XMPP server.</summary>
internal sealed class XmppBench(ServerProcess server, bool isEncrypted, TimeSpan time, bool isWarm) : LoadRun(server, time, isWarm), IDisposable
{
    private static readonly TimeSpan ConnectsWithin = TimeSpan.FromSeconds(60);

    private readonly List<XmppPeer> _peers = [];

    /// <summary>The login of an account by its place.</summary>
    public XmppLogin Login(int account, bool isOnline = true) => new(XmppPlan.Domain, XmppPlan.User(account), XmppPlan.Password, isEncrypted, isOnline);

    /// <summary>Connects all, so many at a time.</summary>
    public void Connect(IReadOnlyList<XmppPeer> peers, int atOnce = 50)
    {
        _peers.AddRange(peers);
        foreach (var some in peers.Chunk(atOnce))
        {
            foreach (var peer in some) Open(peer);
            if (!Loop.RunUntil(() => some.All(p => p.IsReady), ConnectsWithin)) throw new IOException("The server left connections without an answer.");
        }
    }

    /// <summary>Begins to connect one.</summary>
    public void Open(XmppPeer peer)
    {
        Loop.Open(peer, Server.Port);
        peer.Begin();
    }

    /// <inheritdoc/>
    public new void Dispose()
    {
        foreach (var peer in _peers) peer.Dispose();
        base.Dispose();
    }
}
