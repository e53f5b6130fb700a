using System.Globalization;
using System.Xml.Linq;

using Edge.Identity.Accounts;
using Edge.Storage;
using Edge.Xmpp.Rosters;
using Edge.Xmpp.Routing;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Edge.Xmpp.Modules.LastActivity;

/// <summary>XEP-0012: since when somebody is offline, for those who may see his presence; and since when the server runs. What is sent to a client's
/// full address is the client's to answer, and routed.</summary>
[Xep(12, "2.0", Keeps = "xmpp-departures", Note = "Of accounts without the last status; clients answer for themselves.")]
internal sealed class LastActivityModule(Departures departures, RosterStore rosters, SessionTable sessions, TimeProvider clock) : IXmppModule
{
    private static readonly XNamespace Namespace = "jabber:iq:last";
    private static readonly XName Query = Namespace + "query";

    private readonly long _started = clock.GetTimestamp();

    public static void AddServices(IServiceCollection services, IConfiguration section) => services
        .AddSingleton<Departures>()
        .AddSingleton<IAccountData>(provider => provider.GetRequiredService<Departures>())
        .AddSingleton<IAvailabilityObserver>(provider => provider.GetRequiredService<Departures>());

    public void Configure(XmppModuleBuilder xmpp) => xmpp
        .OnDomain().Feature(Namespace.NamespaceName).OnIqGet(Query, Uptime)
        .OnEveryService().Feature(Namespace.NamespaceName).OnIqGet(Query, Uptime)
        .OnAccount().Feature(Namespace.NamespaceName).OnIqGet(Query, AnswerAsync)
        .OnAccountForOthers().Feature(Namespace.NamespaceName).OnIqGet(Query, AnswerOthersAsync);

    private ValueTask<IqResult> Uptime(Iq request, CancellationToken cancel) => new(Write(clock.GetElapsedTime(_started)));

    // §3: who may not see the presence may not see this either, and does not learn whether there is such an account.
    private async ValueTask<IqResult> AnswerOthersAsync(Iq request, CancellationToken cancel) =>
        await rosters.IsSeenByAsync(request.To.Local, request.From, cancel)
            ? await AnswerAsync(request, cancel)
            : StanzaError.Forbidden;

    private async ValueTask<IqResult> AnswerAsync(Iq request, CancellationToken cancel)
    {
        if (sessions.Of(request.To.Local).Any(r => r.IsAvailable)) return Write(TimeSpan.Zero);

        return await departures.FindAsync(request.To.Local, cancel) is { } since ? Write(clock.GetUtcNow() - since) : StanzaError.ItemNotFound;
    }

    private static XElement Write(TimeSpan time) =>
        new(Query, new XAttribute("seconds", ((long)Math.Max(0, time.TotalSeconds)).ToString(CultureInfo.InvariantCulture)));
}

/// <summary>When the last client of an account went.</summary>
internal sealed class Departures(IStorage storage, SessionTable sessions, IAccounts accounts, TimeProvider clock) : IAccountData, IAvailabilityObserver
{
    private readonly IStore<Departure> _store = storage.Open<Departure>("xmpp-departures");

    /// <inheritdoc/>
    public string Name => "last activity";

    public async ValueTask<DateTimeOffset?> FindAsync(string account, CancellationToken cancel) =>
        (await _store.FindAsync(account, cancel).ConfigureAwait(false))?.At;

    /// <inheritdoc/>
    public async ValueTask UnavailableAsync(BoundResource resource, CancellationToken cancel)
    {
        if (sessions.Of(resource.Jid.Local).Any(r => r.IsAvailable && r != resource)) return;
        // One that is being deleted leaves nothing behind.
        if (await accounts.FindAsync(resource.Jid.Local, CancellationToken.None).ConfigureAwait(false) is { IsLeaving: false })
            await _store.SaveAsync(resource.Jid.Local, new(clock.GetUtcNow()), CancellationToken.None).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(string account, CancellationToken cancel) => await _store.DeleteAsync(account, cancel).ConfigureAwait(false);
}

/// <summary>When an account went offline.</summary>
internal sealed record Departure(DateTimeOffset At);
