using System.Xml.Linq;

using Edge.Things;
using Edge.Xmpp.Modules.ResultSets;
using Edge.Xmpp.Rosters;
using Edge.Xmpp.Routing;

namespace Edge.Xmpp.Modules.Disco;

/// <summary>XEP-0030: what the server, its services and accounts serve, from the modules' own declarations; with forms (XEP-0128), and pages
/// of long lists (XEP-0059).</summary>
[Xep(30, "2.5.0")]
[Xep(128, "1.0.1")]
internal sealed class DiscoModule(
    ModuleCatalog catalog, IStanzaSender server, RosterStore rosters, SessionTable sessions, OutsideDomains outside) : IXmppModule
{
    private const int MaxItems = 500; // one page; far more than there are services and resources

    private static readonly XNamespace Info = "http://jabber.org/protocol/disco#info";
    private static readonly XNamespace Items = "http://jabber.org/protocol/disco#items";
    private static readonly string[] Features = [Info.NamespaceName, Items.NamespaceName, ResultSetRequest.Namespace.NamespaceName];

    // Every service answers, or clients that search for one wait for it until they give up.
    public void Configure(XmppModuleBuilder xmpp) => xmpp
        .OnDomain().Feature(Features)
        .OnIqGet(Info + "query", (iq, cancel) => DescribeAsync(iq, catalog.Hosts.Domain, cancel))
        .OnIqGet(Items + "query", (iq, cancel) => ListAsync(iq, catalog.Hosts.Domain, OfDomain(), cancel))
        .OnAccount().Feature(Features)
        .OnIqGet(Info + "query", (iq, cancel) => DescribeAsync(iq, catalog.Hosts.Account, cancel))
        .OnIqGet(Items + "query", (iq, cancel) => ListAsync(iq, catalog.Hosts.Account, OfAccount(iq.To), cancel))
        .OnAccountForOthers().Feature(Features)
        .OnIqGet(Info + "query", DescribeToOthersAsync)
        .OnIqGet(Items + "query", ListToOthersAsync)
        .OnEveryService().Feature(Features)
        .OnIqGet(Info + "query", (iq, cancel) => ServiceOf(iq) is { } host ? DescribeAsync(iq, host, cancel) : new(StanzaError.ItemNotFound))
        .OnIqGet(Items + "query", (iq, cancel) => ServiceOf(iq) is { } host ? ListAsync(iq, host, [], cancel) : new(StanzaError.ItemNotFound));

    private HostHandlers? ServiceOf(Iq request) => catalog.Hosts.Find(request.Host);

    private static async ValueTask<IqResult> DescribeAsync(Iq request, HostHandlers host, CancellationToken cancel)
    {
        if (NodeOf(request) is not { } node) return host.Describe().ToInfo(null);

        return await host.FindNodeAsync(request, node, cancel) is { } found ? found.ToInfo(node) : StanzaError.ItemNotFound; // §7
    }

    private static async ValueTask<IqResult> ListAsync(Iq request, HostHandlers host, IEnumerable<DiscoItem> own, CancellationToken cancel)
    {
        if (NodeOf(request) is not { } node) return Write(request, null, [.. own, .. host.ItemsFor(request)]);

        return await host.FindNodeAsync(request, node, cancel) is { } found ? Write(request, node, found.Items) : StanzaError.ItemNotFound;
    }

    // §9: who may not see the account's presence does not learn whether there is such an account, nor who is online.
    private async ValueTask<IqResult> DescribeToOthersAsync(Iq request, CancellationToken cancel) =>
        await MaySeeAsync(request, cancel) ? await DescribeAsync(request, catalog.Hosts.AccountForOthers, cancel) : StanzaError.ServiceUnavailable;

    private async ValueTask<IqResult> ListToOthersAsync(Iq request, CancellationToken cancel) => await MaySeeAsync(request, cancel)
        ? await ListAsync(request, catalog.Hosts.AccountForOthers, OfAccount(request.To), cancel)
        : Write(request, NodeOf(request), []);

    private ValueTask<bool> MaySeeAsync(Iq request, CancellationToken cancel) => rosters.IsSeenByAsync(request.To.Local, request.From, cancel);

    // A component that is away would let those wait who look for a service.
    private IEnumerable<DiscoItem> OfDomain() =>
        catalog.Hosts.Services.Select(s => new DiscoItem(Jid.Parse($"{s.Host.Name}.{server.Domain}"), s.Host.Description))
            .Concat(outside.Present.Select(d => new DiscoItem(Jid.Parse(d.Domain), d.Description)));

    private IEnumerable<DiscoItem> OfAccount(Jid account) => sessions.Of(account.Local).Where(r => r.IsAvailable).Select(r => new DiscoItem(r.Jid));

    private static IqResult Write(Iq request, string? node, IReadOnlyList<DiscoItem> items)
    {
        if (!ResultSetRequest.TryFind(request.Payload, out var asked, out var error)) return error;

        var answer = new XElement(Items + "query", node is null ? null : new XAttribute("node", node));
        // A list that is longer than a page is cut even for those who did not ask for pages: the element tells them how to go on.
        if (asked is null && items.Count > MaxItems) asked = new();
        if (asked is null || items.Count == 0)
        {
            answer.Add(items.Select(Write));
            return answer;
        }

        if (!ResultSet.TryCut(items, i => $"{i.Jid} {i.Node}", asked, MaxItems, out var page)) return StanzaError.ItemNotFound;

        answer.Add(page.Items.Select(Write), page.Set);
        return answer;
    }

    private static XElement Write(DiscoItem item) => new(
        Items + "item",
        new XAttribute("jid", item.Jid.ToString()),
        item.Node is null ? null : new XAttribute("node", item.Node),
        item.Name is null ? null : new XAttribute("name", item.Name));

    private static string? NodeOf(Iq request) => request.Payload.Attribute("node")?.Value;
}
