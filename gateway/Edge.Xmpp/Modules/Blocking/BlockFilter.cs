using System.Xml.Linq;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Modules.Blocking;

/// <summary>Stops what comes from, and what goes to, whom an account blocks (XEP-0191 §3.3).</summary>
internal sealed class BlockFilter(BlockStore lists) : IStanzaFilter
{
    private static readonly StanzaError Blocked = StanzaError.NotAcceptable with
    {
        Type = "cancel",
        Details = [new XElement(XName.Get("blocked", "urn:xmpp:blocking:errors"))],
    };

    public int Order => 10;

    public bool IsInUse => lists.IsInUse;

    public async ValueTask<FilterVerdict> CheckAsync(StanzaPassage passage, CancellationToken cancel)
    {
        var list = await lists.FindAsync(passage.Account.Local, cancel).ConfigureAwait(false);
        if (!list.Blocks(passage.Other)) return default;
        if (passage.IsOutbound) return FilterVerdict.Refuse(Blocked);

        // As if nobody were there: presence meets silence, everything else the error that it would get then.
        return passage.Kind == StanzaKind.Presence ? FilterVerdict.Drop : FilterVerdict.Refuse(StanzaError.ServiceUnavailable);
    }
}
