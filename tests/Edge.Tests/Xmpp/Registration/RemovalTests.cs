using System.Collections.Concurrent;
using System.Xml.Linq;

using Edge.Identity.Accounts;
using Edge.Storage;
using Edge.TestKit;
using Edge.Tests.Things;
using Edge.Tests.Xmpp.Sasl;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Modules.LastActivity;
using Edge.Xmpp.Rosters;

using Microsoft.Extensions.DependencyInjection;

namespace Edge.Tests.Xmpp.Registration;

/// <summary>An account that goes while its clients are there leaves nothing to whoever gets the name later.</summary>
public sealed class RemovalTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_that_removes_its_account_is_answered_then_ended_and_leaves_nothing()
    {
        var (storage, kept) = (new DictionaryStorage(), new Kept());
        await using var host = await StartAsync(kept, storage);
        var juliet = await host.BoundRawAsync("juliet");
        await juliet.SendAsync("<presence/>");
        await juliet.SoFarAsync();
        await juliet.AskAsync("<iq type='set' id='p'><query xmlns='jabber:iq:private'><a xmlns='urn:a'/></query></iq>");

        var answer = await juliet.RegisterAsync("<remove/>");
        Assert.Contains("type='result'", answer, StringComparison.Ordinal);
        Assert.Contains("<not-authorized", await juliet.ReadToEndAsync(), StringComparison.Ordinal);

        while (await host.Get<IAccounts>().FindAsync("juliet", Cancel) is not null) Cancel.ThrowIfCancellationRequested(); // its name is free a moment after the answer
        Assert.Equal(["deleted", "deleted"], kept.Happened); // once more when its session was over
        Assert.Null(await storage.Open<Departure>("xmpp-departures").FindAsync("juliet", Cancel));
        Assert.Equal(AccountError.None, await host.Get<IAccounts>().CreateAsync("juliet", "another password", Roles.None, Cancel));
        var (next, _) = await host.OpenAsync();
        Assert.Contains("<success", await next.SignInByScramAsync("juliet", "another password"), StringComparison.Ordinal);
        await next.SendAsync(RawClient.Header);
        await next.ReadUntilAsync("</stream:features>");
        await next.BindAsync();
        Assert.Contains("<item-not-found", await next.AskAsync("<iq type='get' id='l'><query xmlns='jabber:iq:last'/></iq>"), StringComparison.Ordinal);
        Assert.DoesNotContain("urn:a'><", await next.AskAsync("<iq type='get' id='p'><query xmlns='jabber:iq:private'><a xmlns='urn:a'/></query></iq>"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_client_was_just_keeping_goes_too()
    {
        var kept = new Kept();
        await using var host = await StartAsync(kept);
        var juliet = await host.BoundRawAsync("juliet");
        await juliet.SendAsync("<iq type='set' id='k'><keep xmlns='urn:test'/></iq>");
        await kept.Begun.Task.WaitAsync(Cancel);

        var deleting = host.Get<IAccountLife>().DeleteAsync("juliet", null, Cancel);
        Assert.Empty(kept.Happened);
        kept.Go.SetResult();

        Assert.Equal(AccountError.None, await deleting);
        Assert.Equal(["kept", "deleted"], kept.Happened);
    }

    [Fact]
    public async Task A_client_whose_account_cannot_be_removed_now_is_told_so_and_ended()
    {
        var kept = new Kept { IsBroken = true };
        await using var host = await StartAsync(kept);
        var juliet = await host.BoundRawAsync("juliet");

        var answer = await juliet.RegisterAsync("<remove/>");

        Assert.Contains("<internal-server-error", answer, StringComparison.Ordinal);
        Assert.Contains("code='500'", answer, StringComparison.Ordinal);
        Assert.Contains("<not-authorized", await juliet.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.True(await host.Get<IAccounts>().FindAsync("juliet", Cancel) is { IsLeaving: true, IsDisabled: true });
        kept.IsBroken = false;
        // Unless the end of the session, which tries once more, was faster.
        Assert.True(await host.Get<IAccountLife>().DeleteAsync("juliet", null, Cancel) is AccountError.None or AccountError.NotFound);
        Assert.Null(await host.Get<IAccounts>().FindAsync("juliet", Cancel));
    }

    [Fact]
    public async Task An_account_that_is_leaving_gets_no_more_contacts()
    {
        await using var host = await StartAsync(new Kept());
        var romeo = await host.BoundRawAsync("romeo");
        await host.Get<AccountStore>().LeaveAsync("juliet", Cancel);

        await romeo.SendAsync("<presence type='subscribe' to='juliet@edge.local'/>");
        await romeo.SoFarAsync();

        Assert.Empty((await host.Get<RosterStore>().FindAsync("juliet", Cancel)).Items);
    }

    private static async Task<XmppHost> StartAsync(Kept kept, IStorage? storage = null)
    {
        var host = new XmppHost(storage, kept, services => XmppHost.RealAccounts(services.AddSingleton<IAccountData>(kept)));
        foreach (var name in (string[])["juliet", "romeo"]) await host.Get<IAccounts>().CreateAsync(name, TestAccounts.PasswordOf(name), Roles.Owner, Cancel);
        return host;
    }

    /// <summary>Something that a client keeps, slowly.</summary>
    private sealed class Kept : IXmppModule, IAccountData
    {
        public ConcurrentQueue<string> Happened { get; } = [];

        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsBroken { get; set; }

        public string Name => "something slow";

        public void Configure(XmppModuleBuilder xmpp) => xmpp.OnAccount().OnIqSet(XName.Get("keep", "urn:test"), async (_, _) =>
        {
            Begun.SetResult();
            await Go.Task;
            Happened.Enqueue("kept");
            return IqResult.Empty;
        });

        public ValueTask DeleteAsync(string account, CancellationToken cancel)
        {
            if (IsBroken) throw new StorageException("The disk is full.");
            Happened.Enqueue("deleted");
            return default;
        }
    }
}
