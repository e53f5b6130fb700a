using System.Xml.Linq;

using Edge.Xmpp.Modules.DateTimes;

namespace Edge.Xmpp.Modules.EntityTime;

/// <summary>XEP-0202: the gateway's time and time zone. Devices without a clock of their own set theirs by it.</summary>
[Xep(202, "2.0")]
internal sealed class EntityTimeModule(TimeProvider clock) : IXmppModule
{
    private static readonly XNamespace Namespace = "urn:xmpp:time";

    public void Configure(XmppModuleBuilder xmpp) => xmpp
        .OnDomain().Feature(Namespace.NamespaceName).OnIqGet(Namespace + "time", Answer)
        .OnEveryService().Feature(Namespace.NamespaceName).OnIqGet(Namespace + "time", Answer);

    private ValueTask<IqResult> Answer(Iq request, CancellationToken cancel)
    {
        var now = clock.GetLocalNow();
        return new(new XElement(
            Namespace + "time",
            new XElement(Namespace + "tzo", XmppTime.WriteZone(now.Offset)),
            new XElement(Namespace + "utc", XmppTime.Write(now))));
    }
}
