using System.Globalization;
using System.Xml.Linq;
using Edge.Identity.Accounts;
using Edge.Things;
using Edge.Xmpp.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.Blocking;

/// <summary>XEP-0191: an account says whom it does not want to hear of. For those it is away from then on.</summary>
[Xep(191, "1.3", Keeps = "xmpp-blocking")]
internal sealed class BlockingModule(
    BlockStore lists, SessionTable sessions, IPresenceBroker presence, IEnumerable<IBlockObserver> observers, IOptions<BlockingOptions> options) : IXmppModule
{
    private static readonly XNamespace Namespace = "urn:xmpp:blocking";

    private long _last;

    public static void AddServices(IServiceCollection services, IConfiguration section) => services
        .AddModuleOptions<BlockingOptions, BlockingOptionsValidator>(section)
        .AddSingleton<BlockStore>()
        .AddSingleton<IStanzaFilter, BlockFilter>()
        .AddSingleton<IAccountData, BlockingData>();

    public void Configure(XmppModuleBuilder xmpp) => xmpp
        .OnDomain().Feature(Namespace.NamespaceName)
        .OnAccount().OnIqGet(Namespace + "blocklist", GetAsync)
        .OnIqSet(Namespace + "block", BlockAsync)
        .OnIqSet(Namespace + "unblock", UnblockAsync);

    private async ValueTask<IqResult> GetAsync(Iq request, CancellationToken cancel)
    {
        sessions.Find(request.From)?.Set(Interested.Instance);
        var list = await lists.FindAsync(request.From.Local, cancel).ConfigureAwait(false);
        return Write("blocklist", list.Items);
    }

    private async ValueTask<IqResult> BlockAsync(Iq request, CancellationToken cancel)
    {
        if (Read(request, out var jids) is { } error) return error;
        if (jids.Count == 0) return StanzaError.BadRequest;

        var account = request.From.Bare;
        var added = new BlockList([.. jids]);
        var (isFull, before) = (false, BlockList.Empty);
        await lists.ChangeAsync(account.Local, list =>
        {
            before = list;
            var items = list.Items.Union(jids);
            isFull = items.Count > options.Value.MaxItems;
            return isFull ? null : new(items);
        }, cancel).ConfigureAwait(false);
        if (isFull) return StanzaError.ResourceConstraint with { Text = $"{options.Value.MaxItems} addresses can be blocked (xmpp:blocking:maxItems)." };

        // The list first: what the account's clients say meanwhile goes to nobody on it, and this is the last that they hear. Who was on it already hears nothing.
        await presence.HideAsync(account, jid => added.Blocks(jid) && !before.Blocks(jid), cancel).ConfigureAwait(false);
        Push(account, Write("block", jids));
        foreach (var (jid, item) in jids.Zip(request.Payload.Elements()))
        {
            foreach (var observer in observers) observer.Blocked(account, jid, item);
        }

        return IqResult.Empty;
    }

    private async ValueTask<IqResult> UnblockAsync(Iq request, CancellationToken cancel)
    {
        if (Read(request, out var jids) is { } error) return error;

        var account = request.From.Bare;
        var removed = BlockList.Empty;
        await lists.ChangeAsync(account.Local, list =>
        {
            // Without an item: everybody (§3.5).
            removed = jids.Count == 0 ? list : new(list.Items.Intersect(jids));
            return new(list.Items.Except(removed.Items));
        }, cancel).ConfigureAwait(false);

        Push(account, Write("unblock", jids));
        await presence.ShowAsync(account, removed.Blocks, cancel).ConfigureAwait(false);
        return IqResult.Empty;
    }

    /// <summary>The addresses of a request. What is in an item beside its address is for <see cref="IBlockObserver"/>.</summary>
    private static StanzaError? Read(Iq request, out List<Jid> jids)
    {
        jids = [];
        foreach (var item in request.Payload.Elements())
        {
            if (item.Name != Namespace + "item") return StanzaError.BadRequest;
            if (!Jid.TryParse((string?)item.Attribute("jid"), out var jid)) return new("modify", "jid-malformed");
            if (jid.Bare == request.From.Bare) return StanzaError.NotAllowed with { Text = "An account does not block itself." };

            jids.Add(jid);
        }

        return null;
    }

    private static XElement Write(string name, IEnumerable<Jid> jids) => new(
        Namespace + name, jids.Select(j => j.ToString()).Order(StringComparer.Ordinal).Select(j => new XElement(Namespace + "item", new XAttribute("jid", j))));

    private void Push(Jid account, XElement change)
    {
        foreach (var resource in sessions.Of(account.Local).Where(r => r.Get<Interested>() is not null))
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"block-{Interlocked.Increment(ref _last)}");
            resource.TryDeliver(Replies.IqRequest(id, account, resource.Jid, IqType.Set, change));
        }
    }

    /// <summary>Of a client that has asked for the list, and is told of changes.</summary>
    private sealed class Interested
    {
        public static Interested Instance { get; } = new();
    }
}

/// <summary>An account's list goes with it.</summary>
internal sealed class BlockingData(BlockStore lists) : IAccountData
{
    public string Name => "block list";

    public ValueTask DeleteAsync(string account, CancellationToken cancel) => lists.ChangeAsync(account, _ => BlockList.Empty, cancel);
}
