using Edge.Things;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Routing;

/// <summary>Decides about stanzas before they are routed: what an account may send, and what it lets in. Found through the container.</summary>
internal interface IStanzaFilter
{
    /// <summary>Its turn; the lower is asked first, and the first that stops a stanza decides.</summary>
    int Order { get; }

    /// <summary>False while nobody here uses it: then it is not asked, and costs nothing.</summary>
    bool IsInUse { get; }

    /// <summary>Asked for the sender where it is an account here, then for the recipient likewise.</summary>
    ValueTask<FilterVerdict> CheckAsync(StanzaPassage passage, CancellationToken cancel);
}

/// <summary>A stanza between an account here and another address.</summary>
/// <param name="Account">The account that is asked about, bare.</param>
/// <param name="Other">Whom it is sent to, or whom it comes from.</param>
/// <param name="IsOutbound">The account sends it.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Type">Its type; null where it is not given.</param>
internal readonly record struct StanzaPassage(Jid Account, Jid Other, bool IsOutbound, StanzaKind Kind, string? Type);

/// <summary>What a filter says: pass (the default), or stop, with an error for the sender or without.</summary>
internal readonly record struct FilterVerdict(bool IsStopped, StanzaError? Error)
{
    /// <summary>The stanza vanishes.</summary>
    public static FilterVerdict Drop => new(true, null);

    /// <summary>The sender gets an error, unless the stanza is itself an answer.</summary>
    public static FilterVerdict Refuse(StanzaError error) => new(true, error);
}

/// <summary>All filters.</summary>
internal sealed class StanzaFilters(IEnumerable<IStanzaFilter> filters, XmppDomain domain)
{
    private readonly IStanzaFilter[] _filters = [.. filters.OrderBy(f => f.Order)];

    /// <summary>What the filters of both sides say; completes at once where no filter is in use.</summary>
    public ValueTask<FilterVerdict> CheckAsync(Jid from, Jid to, StanzaKind kind, string? type, CancellationToken cancel)
    {
        foreach (var filter in _filters)
        {
            if (filter.IsInUse) return AskAsync(from, to, kind, type, cancel);
        }

        return default;
    }

    /// <summary>True where presence may pass.</summary>
    public async ValueTask<bool> PassesPresenceAsync(Jid from, Jid to, string? type, CancellationToken cancel) =>
        !(await CheckAsync(from, to, StanzaKind.Presence, type, cancel).ConfigureAwait(false)).IsStopped;

    /// <summary>True where the recipient's side lets presence in, whatever the sender's says.</summary>
    public async ValueTask<bool> LetsPresenceInAsync(Jid from, Jid to, string? type, CancellationToken cancel)
    {
        foreach (var filter in _filters)
        {
            if (!filter.IsInUse || !domain.IsAccount(to)) continue;
            if ((await filter.CheckAsync(new(to.Bare, from, false, StanzaKind.Presence, type), cancel).ConfigureAwait(false)).IsStopped) return false;
        }

        return true;
    }

    private async ValueTask<FilterVerdict> AskAsync(Jid from, Jid to, StanzaKind kind, string? type, CancellationToken cancel)
    {
        // An account's own clients always reach each other (XEP-0191 §5 by way of XEP-0016 §2.15).
        if (from.Local == to.Local && from.Domain == to.Domain) return default;

        foreach (var filter in _filters)
        {
            var verdict = default(FilterVerdict);
            if (domain.IsAccount(from)) verdict = await filter.CheckAsync(new(from.Bare, to, true, kind, type), cancel).ConfigureAwait(false);
            if (!verdict.IsStopped && domain.IsAccount(to)) verdict = await filter.CheckAsync(new(to.Bare, from, false, kind, type), cancel).ConfigureAwait(false);
            if (verdict.IsStopped) return verdict;
        }

        return default;
    }
}
