using System.Xml.Linq;
using Edge.Things;
using Edge.Xmpp.Rosters;
using Edge.Xmpp.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.Roster;

/// <summary>RFC 6121 §2: the roster, got and set by the account's own clients.</summary>
[Xep(0, "RFC 6121", Note = "Roster without versions")]
internal sealed class RosterModule(
    RosterStore rosters, RosterPush push, SessionTable sessions, IPresenceBroker presence, IOptions<RosterOptions> options) : IXmppModule
{
    private static readonly XName Query = RosterItem.Namespace + "query";

    public static void AddServices(IServiceCollection services, IConfiguration section) =>
        services.AddOptions<RosterOptions>().Bind(section)
            .Validate(o => o.MaxItems is >= 1 and <= 100_000, "xmpp:roster:maxItems: give 1 to 100000.")
            .Validate(o => o.MaxGroups is >= 0 and <= 1000, "xmpp:roster:maxGroups: give 0 to 1000.")
            .Validate(o => o.MaxNameLength is >= 1 and <= 10_000, "xmpp:roster:maxNameLength: give 1 to 10000.")
            .ValidateOnStart();

    public void Configure(XmppModuleBuilder xmpp) => xmpp
        .OnDomain().Feature(RosterItem.Namespace.NamespaceName)
        .OnAccount().OnIqGet(Query, GetAsync).OnIqSet(Query, SetAsync);

    private async ValueTask<IqResult> GetAsync(Iq request, CancellationToken cancel)
    {
        if (sessions.Find(request.From) is { } resource) resource.WantsRoster = true;
        var roster = await rosters.FindAsync(request.From.Local, cancel).ConfigureAwait(false);
        return new XElement(Query, roster.Items.Where(i => i.IsListed).Select(i => i.ToElement()));
    }

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
        }, cancel).ConfigureAwait(false);

        if (after is null)
            return StanzaError.ResourceConstraint with { Text = $"The roster holds {options.Value.MaxItems} contacts (xmpp:roster:maxItems)." };

        push.Send(account, after.ToElement());
        return IqResult.Empty;
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
            removed = roster.Find(contact);
            return removed is null ? null : roster.Without(contact);
        }, cancel).ConfigureAwait(false);
        if (removed is not { IsListed: true }) return StanzaError.ItemNotFound;

        push.Send(account, RosterItem.RemovedElement(contact));
        await presence.ContactRemovedAsync(account, removed, cancel).ConfigureAwait(false);
        return IqResult.Empty;
    }
}
