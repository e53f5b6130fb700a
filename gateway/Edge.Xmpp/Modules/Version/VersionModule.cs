using System.Reflection;
using System.Xml.Linq;

namespace Edge.Xmpp.Modules.Version;

/// <summary>XEP-0092: name and version of this software. The operating system is nobody's business and left out (§5).</summary>
[Xep(92, "1.1")]
internal sealed class VersionModule : IXmppModule
{
    private static readonly XNamespace Namespace = "jabber:iq:version";
    private static readonly string Number =
        typeof(VersionModule).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public void Configure(XmppModuleBuilder xmpp) => xmpp
        .OnDomain().Feature(Namespace.NamespaceName).OnIqGet(Namespace + "query", Answer);

    private static ValueTask<IqResult> Answer(Iq request, CancellationToken cancel) => new(
        new XElement(Namespace + "query", new XElement(Namespace + "name", "Edge"), new XElement(Namespace + "version", Number)));
}
