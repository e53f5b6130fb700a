using Edge.Identity.Accounts;
using Edge.Xmpp.Rosters;
using Edge.Xmpp.Routing;

namespace Edge.Xmpp.Modules.Roster;

/// <summary>An account's roster goes with it, and those who see it, or ask to, are told that they do not any more.</summary>
internal sealed class RosterData(RosterStore rosters, IPresenceBroker presence, XmppDomain domain) : IAccountData
{
    public string Name => "roster";

    public async ValueTask DeleteAsync(string account, CancellationToken cancel)
    {
        var jid = domain.Account(account);
        foreach (var item in (await rosters.FindAsync(account, cancel).ConfigureAwait(false)).Items.ToList())
            await presence.ContactRemovedAsync(jid, item, cancel).ConfigureAwait(false);
        await rosters.DeleteAsync(account, cancel).ConfigureAwait(false);
    }
}
