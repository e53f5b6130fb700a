using System.Xml.Linq;

namespace Edge.Xmpp.Modules.Ping;

/// <summary>XEP-0199: answers pings to the server, its services and to the client's own account. (The server's own pings are its sessions' keep-alive.)</summary>
[Xep(199, "2.0.1", Note = "Both ways: silent clients are asked (xmpp:pingAfterSeconds)")]
internal sealed class PingModule : IXmppModule
{
    private static readonly XName Ping = XName.Get("ping", "urn:xmpp:ping");

    public void Configure(XmppModuleBuilder xmpp) => xmpp
        .OnDomain().Feature(Ping.NamespaceName).OnIqGet(Ping, Answer)
        .OnEveryService().Feature(Ping.NamespaceName).OnIqGet(Ping, Answer)
        .OnAccount().Feature(Ping.NamespaceName).OnIqGet(Ping, Answer);

    private static ValueTask<IqResult> Answer(Iq request, CancellationToken cancel) => new(IqResult.Empty);
}
