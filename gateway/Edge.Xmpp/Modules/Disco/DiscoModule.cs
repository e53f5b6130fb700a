using System.Xml.Linq;

namespace Edge.Xmpp.Modules.Disco;

/// <summary>XEP-0030: what the server, its services and the account serve, from the modules' own declarations.</summary>
[Xep(30, "2.5rc3", Note = "No nodes yet")]
internal sealed class DiscoModule(ModuleCatalog catalog, IStanzaSender server) : IXmppModule
{
    private static readonly XNamespace Info = "http://jabber.org/protocol/disco#info";
    private static readonly XNamespace Items = "http://jabber.org/protocol/disco#items";

    // Every service answers, or clients that search for one wait for it until they give up.
    public void Configure(XmppModuleBuilder xmpp) => xmpp
        .OnDomain().Feature(Info.NamespaceName, Items.NamespaceName)
        .OnIqGet(Info + "query", (iq, _) => new(Describe(iq, catalog.Hosts.Domain)))
        .OnIqGet(Items + "query", (iq, _) => new(ListServices(iq)))
        .OnAccount().Feature(Info.NamespaceName, Items.NamespaceName)
        .OnIqGet(Info + "query", (iq, _) => new(Describe(iq, catalog.Hosts.Account)))
        .OnIqGet(Items + "query", (iq, _) => new(NothingBelow(iq)))
        .OnEveryService().Feature(Info.NamespaceName, Items.NamespaceName)
        .OnIqGet(Info + "query", (iq, _) => new(DescribeService(iq)))
        .OnIqGet(Items + "query", (iq, _) => new(NothingBelow(iq)));

    private IqResult DescribeService(Iq request)
    {
        var name = request.To.Domain[..^(server.Domain.Length + 1)];
        return catalog.Hosts.Find(name) is { } host ? Describe(request, host) : StanzaError.ItemNotFound;
    }

    private static IqResult NothingBelow(Iq request) =>
        HasNode(request) ? StanzaError.ItemNotFound : new XElement(Items + "query");

    private static IqResult Describe(Iq request, HostHandlers host)
    {
        if (HasNode(request)) return StanzaError.ItemNotFound; // XEP-0030 §7
        var (category, type, name) = host.Host.Name switch
        {
            "" => ("server", "im", "Edge"),
            "@" => ("account", "registered", null),
            _ => (host.Host.Category, host.Host.Type, host.Host.Description),
        };
        return new XElement(Info + "query",
            new XElement(Info + "identity", new XAttribute("category", category), new XAttribute("type", type), name is null ? null : new XAttribute("name", name)),
            host.Features.Select(f => new XElement(Info + "feature", new XAttribute("var", f))));
    }

    private IqResult ListServices(Iq request) => HasNode(request)
        ? StanzaError.ItemNotFound
        : new XElement(Items + "query", catalog.Hosts.Services.Select(s => new XElement(
            Items + "item", new XAttribute("jid", $"{s.Host.Name}.{server.Domain}"), new XAttribute("name", s.Host.Description))));

    private static bool HasNode(Iq request) => request.Payload.Attribute("node") is not null;
}
