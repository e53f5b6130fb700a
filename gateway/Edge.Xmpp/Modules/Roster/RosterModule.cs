using System.Xml.Linq;
using Edge.Identity.Accounts;
using Edge.Things;
using Edge.Xmpp.Rosters;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Sessions.Negotiation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.Roster;

/// <summary>RFC 6121 §2: the roster, got and set by the account's own clients.</summary>
[Xep(237, "1.3", Note = "In RFC 6121 §2.6; an older roster is answered with the whole of the new one")]
[Xep(0, "RFC 6121", Keeps = "xmpp-rosters", Note = "Roster, with versions")]
internal sealed class RosterModule(
    RosterStore rosters, RosterPush push, SessionTable sessions, IPresenceBroker presence, IOptions<RosterOptions> options) : IXmppModule
{
    private static readonly XName Query = RosterItem.Namespace + "query";

    public static void AddServices(IServiceCollection services, IConfiguration section) =>
        services.AddModuleOptions<RosterOptions, RosterOptionsValidator>(section)
            .AddSingleton<INegotiationStep, RosterFeatures>()
            .AddSingleton<IAccountData, RosterData>();

    public void Configure(XmppModuleBuilder xmpp) => xmpp
        .OnDomain().Feature(RosterItem.Namespace.NamespaceName)
        .OnAccount().OnIqGet(Query, GetAsync).OnIqSet(Query, SetAsync)
        .OnAccountForOthers().OnIqGet(Query, Refuse).OnIqSet(Query, Refuse); // §2.3.3

    private async ValueTask<IqResult> GetAsync(Iq request, CancellationToken cancel)
    {
        if (sessions.Find(request.From) is { } resource) resource.WantsRoster = true;
        var roster = await rosters.FindAsync(request.From.Local, cancel).ConfigureAwait(false);
        var known = (string?)request.Payload.Attribute("ver");
        var version = roster.Version.ToString();
        if (known == version) return IqResult.Empty; // §2.6.3: it has not changed

        return new XElement(Query, known is null ? null : new XAttribute("ver", version), roster.Items.Where(i => i.IsListed).Select(i => i.ToElement()));
    }

    private static ValueTask<IqResult> Refuse(Iq request, CancellationToken cancel) => new(StanzaError.Forbidden);

    private async ValueTask<IqResult> SetAsync(Iq request, CancellationToken cancel)
    {
        // §2.1.5: exactly one item.
        if (request.Payload.Elements().ToArray() is not [{ } item] || item.Name != RosterItem.Namespace + "item") return StanzaError.BadRequest;
        if (!Jid.TryParse((string?)item.Attribute("jid"), out var jid)) return new StanzaError("modify", "jid-malformed");

        var contact = jid.Bare;
        if (contact == request.From.Bare) return StanzaError.NotAllowed;
        return (string?)item.Attribute("subscription") == "remove"
            ? await RemoveAsync(request.From.Bare, contact, cancel).ConfigureAwait(false)
            : await UpdateAsync(request.From.Bare, contact, item, cancel).ConfigureAwait(false);
    }

    private async ValueTask<IqResult> UpdateAsync(Jid account, Jid contact, XElement item, CancellationToken cancel)
    {
        var name = (string?)item.Attribute("name");
        string[] groups = [.. item.Elements(RosterItem.Namespace + "group").Select(g => g.Value)];
        if (Check(name, groups) is { } error) return error;

        RosterItem? before = null, after = null;
        await rosters.ChangeAsync(account.Local, roster =>
        {
            before = roster.Find(contact);
            if (before is null && rosters.IsFull(roster)) return null;
            after = (before ?? new RosterItem(contact)) with { Name = name, Groups = groups, IsListed = true };
            return roster.With(after);
        }, roster => push.Send(account, roster, after!.ToElement()), cancel).ConfigureAwait(false);

        return after is null
            ? StanzaError.ResourceConstraint with { Text = $"The roster holds {options.Value.MaxItems} contacts (xmpp:roster:maxItems)." }
            : IqResult.Empty;
    }

    private StanzaError? Check(string? name, string[] groups)
    {
        var longest = options.Value.MaxNameLength;
        // §2.3.3: the conditions for each.
        if (name?.Length > longest || groups.Any(g => g.Length > longest || g.Length == 0))
            return StanzaError.NotAcceptable with { Text = $"A name or group is empty or longer than {longest} characters (xmpp:roster:maxNameLength)." };
        if (groups.Length != groups.Distinct(StringComparer.Ordinal).Count()) return StanzaError.BadRequest;
        return groups.Length > options.Value.MaxGroups
            ? StanzaError.NotAcceptable with { Text = $"There are more than {options.Value.MaxGroups} groups (xmpp:roster:maxGroups)." }
            : null;
    }

    private async ValueTask<IqResult> RemoveAsync(Jid account, Jid contact, CancellationToken cancel)
    {
        RosterItem? removed = null;
        await rosters.ChangeAsync(account.Local, roster =>
        {
            removed = roster.Find(contact) is { IsListed: true } listed ? listed : null; // who only asks is not on the roster
            return removed is null ? null : roster.Without(contact);
        }, roster => push.Send(account, roster, RosterItem.RemovedElement(contact)), cancel).ConfigureAwait(false);
        if (removed is null) return StanzaError.ItemNotFound;

        await presence.ContactRemovedAsync(account, removed, cancel).ConfigureAwait(false);
        return IqResult.Empty;
    }
}
