using System.Xml.Linq;

using Edge.Xmpp.Modules;
using Edge.Xmpp.Rosters;
using Edge.Xmpp.Routing;

using Microsoft.Extensions.DependencyInjection;

namespace Edge.Tests.Xmpp.Modules;

public sealed class PresenceTests
{
    [Fact]
    public async Task A_request_waits_for_who_is_away_and_is_shown_at_each_log_in_until_it_is_answered()
    {
        await using var host = new XmppHost();
        var romeo = await host.OnlineAsync("romeo");
        await romeo.SendAsync(new XElement("presence", new XAttribute("type", "subscribe"), new XAttribute("to", "juliet@edge.local"), new XElement("status", "It is me")));
        Assert.Equal("subscribe", (string?)(await romeo.PushAsync()).Attribute("ask"));

        for (var i = 0; i < 2; i++)
        {
            await using var juliet = await host.OnlineAsync("juliet");
            Assert.Empty(await juliet.RosterAsync()); // who only asked is not on the roster
            Assert.Equal("It is me", (await juliet.PresenceAsync("subscribe", "romeo@edge.local")).Value);
        }

        await using var answering = await host.OnlineAsync("juliet");
        await answering.SendPresenceAsync("subscribed", "romeo@edge.local");
        await romeo.PresenceAsync("subscribed", "juliet@edge.local");
        await romeo.PresenceAsync(null, answering.Address.ToString());

        await using var last = await host.OnlineAsync("juliet");
        Assert.DoesNotContain(await last.SoFarAsync(), s => (string?)s.Attribute("type") == "subscribe");
    }

    [Fact]
    public async Task A_request_that_is_too_long_is_remembered_without_its_words()
    {
        await using var host = new XmppHost();
        var romeo = await host.OnlineAsync("romeo");
        await romeo.SendAsync(new XElement(
            "presence", new XAttribute("type", "subscribe"), new XAttribute("to", "juliet@edge.local"), new XElement("status", new string('x', 4096))));
        await romeo.SoFarAsync();

        var juliet = await host.OnlineAsync("juliet");
        var shown = await juliet.PresenceAsync("subscribe", "romeo@edge.local");

        Assert.Empty(shown.Elements());
        Assert.Equal("juliet@edge.local", (string?)shown.Attribute("to"));
    }

    [Fact]
    public async Task A_refusal_is_told_and_nothing_is_seen()
    {
        await using var host = new XmppHost();
        var (romeo, juliet) = (await host.OnlineAsync("romeo"), await host.OnlineAsync("juliet"));
        await romeo.SendPresenceAsync("subscribe", "juliet@edge.local");
        await juliet.PresenceAsync("subscribe", "romeo@edge.local");
        await juliet.SendPresenceAsync("unsubscribed", "romeo@edge.local");
        await romeo.PresenceAsync("unsubscribed", "juliet@edge.local");
        await juliet.SendPresenceAsync();
        Assert.DoesNotContain(await romeo.SoFarAsync(), s => s.Name.LocalName == "presence");
    }

    [Fact]
    public async Task Friends_are_told_of_coming_changing_and_going()
    {
        await using var host = new XmppHost();
        var (romeo, juliet) = (await host.OnlineAsync("romeo"), await host.OnlineAsync("juliet"));
        await Conversation.BefriendAsync(romeo, juliet);

        var phone = await host.OnlineAsync("romeo", "phone");
        Assert.Equal("juliet@edge.local", (string?)(await juliet.PresenceAsync(null, "romeo@edge.local/phone")).Attribute("to"));
        await phone.PresenceAsync(null, juliet.Address.ToString()); // the probe's answer
        await phone.SendAsync(new XElement("presence", new XElement("show", "dnd"), new XElement(XName.Get("c", "urn:caps"), new XAttribute("v", "1"))));
        var changed = await juliet.PresenceAsync(null, "romeo@edge.local/phone");
        Assert.Equal("dnd", changed.Element(Conversation.Client + "show")?.Value);
        Assert.NotNull(changed.Element(XName.Get("c", "urn:caps")));

        await phone.SendAsync(new XElement("presence", new XAttribute("type", "unavailable"), new XElement("status", "asleep")));
        Assert.Equal("asleep", (await juliet.PresenceAsync("unavailable", "romeo@edge.local/phone")).Value);
    }

    [Fact]
    public async Task A_client_that_vanishes_is_reported_gone()
    {
        await using var host = new XmppHost();
        var (romeo, juliet) = (await host.OnlineAsync("romeo"), await host.OnlineAsync("juliet"));
        await Conversation.BefriendAsync(romeo, juliet);
        await romeo.DisposeAsync();
        await juliet.PresenceAsync("unavailable", romeo.Address.ToString());
    }

    [Fact]
    public async Task Directed_presence_reaches_strangers_who_are_told_when_it_ends()
    {
        await using var host = new XmppHost(settings: ("xmpp:maxDirectedPresence", "1"));
        var (romeo, juliet) = (await host.OnlineAsync("romeo"), await host.OnlineAsync("juliet"));
        await romeo.SendPresenceAsync(null, juliet.Address.ToString());
        await juliet.PresenceAsync(null, romeo.Address.ToString());

        await romeo.SendPresenceAsync(null, "nurse@edge.local");
        var refused = await romeo.PresenceAsync("error", "nurse@edge.local");
        Assert.Contains("xmpp:maxDirectedPresence", refused.Value, StringComparison.Ordinal);

        await romeo.DisposeAsync();
        await juliet.PresenceAsync("unavailable", romeo.Address.ToString());
    }

    [Fact]
    public async Task A_granted_request_that_is_repeated_is_answered_by_the_server()
    {
        await using var host = new XmppHost();
        var (romeo, juliet) = (await host.OnlineAsync("romeo"), await host.OnlineAsync("juliet"));
        await Conversation.BefriendAsync(romeo, juliet);
        await romeo.SendPresenceAsync("unsubscribed", "juliet@edge.local");
        await juliet.PresenceAsync("unsubscribed", "romeo@edge.local");
        await juliet.SendPresenceAsync("subscribe", "romeo@edge.local");
        await romeo.PresenceAsync("subscribe", "juliet@edge.local");
        await romeo.SendPresenceAsync("subscribed", "juliet@edge.local");
        await juliet.PresenceAsync(null, romeo.Address.ToString());
        await juliet.SoFarAsync();
        await romeo.SoFarAsync();

        await juliet.SendPresenceAsync("subscribe", "romeo@edge.local");
        Assert.Empty(await romeo.SoFarAsync());
        Assert.Equal("both", (await juliet.RosterAsync())["romeo@edge.local"]);
    }

    [Fact]
    public async Task Strangers_learn_nothing_by_probing()
    {
        await using var host = new XmppHost();
        var (romeo, juliet) = (await host.OnlineAsync("romeo"), await host.OnlineAsync("juliet"));
        await romeo.SendPresenceAsync("probe", "juliet@edge.local");
        Assert.Empty(await romeo.SoFarAsync());
        Assert.Empty(await juliet.SoFarAsync());
    }

    [Fact]
    public async Task Who_asks_and_probes_does_not_learn_whether_there_is_such_an_account()
    {
        await using var host = new XmppHost();
        var romeo = await host.OnlineAsync("romeo");
        foreach (var somebody in (string[])["juliet@edge.local", "nobody@edge.local"])
        {
            await romeo.SendPresenceAsync("subscribe", somebody);
            await romeo.SendPresenceAsync("probe", somebody);
            Assert.Equal("subscribe", (string?)(await romeo.PushAsync()).Attribute("ask"));
            Assert.Empty(await romeo.SoFarAsync());
        }
    }

    [Fact]
    public async Task Who_believes_to_see_an_account_that_knows_nothing_of_it_is_told()
    {
        await using var host = new XmppHost();
        var (romeo, juliet) = (await host.OnlineAsync("romeo"), await host.OnlineAsync("juliet"));
        await Conversation.BefriendAsync(romeo, juliet);
        await host.Get<RosterStore>().DeleteAsync("juliet", CancellationToken.None);

        await romeo.SendPresenceAsync("probe", "juliet@edge.local");

        await romeo.PresenceAsync("unsubscribed", "juliet@edge.local");
        Assert.Equal("from", (await romeo.RosterAsync())["juliet@edge.local"]);
    }

    [Fact]
    public async Task What_a_client_says_while_a_probe_is_answered_is_the_last_that_is_heard()
    {
        var filter = new HoldingFilter();
        await using var host = new XmppHost(more: services => services.AddSingleton<IStanzaFilter>(filter));
        var (romeo, juliet) = (await host.OnlineAsync("romeo"), await host.OnlineAsync("juliet"));
        await Conversation.BefriendAsync(romeo, juliet);

        foreach (var (kind, change) in ((string?, XElement)[])[(null, new("presence", new XElement("show", "dnd"))), ("unavailable", new("presence", new XAttribute("type", "unavailable")))])
        {
            var held = filter.HoldNext("juliet");
            await romeo.SendPresenceAsync("probe", juliet.Address.ToString());
            await held.Reached;
            await juliet.SendAsync(change);
            await juliet.SoFarAsync();
            held.LetGo();

            var last = (await romeo.SoFarAsync()).Last(s => s.Name.LocalName == "presence");
            Assert.Equal((kind, juliet.Address.ToString()), ((string?)last.Attribute("type"), (string?)last.Attribute("from")));
            Assert.Equal(change.Value, last.Value);
        }
    }

    [Theory]
    [InlineData("<presence><priority>200</priority></presence>")]
    [InlineData("<presence><priority>high</priority></presence>")]
    [InlineData("<presence type='strange'/>")]
    public async Task Wrong_presence_is_refused(string stanza)
    {
        await using var host = new XmppHost();
        var romeo = await host.OnlineAsync("romeo");
        await romeo.SendAsync(XElement.Parse(stanza));
        var error = await romeo.NextAsync(s => (string?)s.Attribute("type") == "error");
        Assert.NotNull(error.Element(Conversation.Client + "error")?.Element(XName.Get("bad-request", "urn:ietf:params:xml:ns:xmpp-stanzas")));
    }

    [Fact]
    public async Task A_service_may_ask_for_friendship_and_hears_of_its_friends()
    {
        var module = new PorterModule();
        await using var host = new XmppHost(module: module);
        var romeo = await host.OnlineAsync("romeo");
        var (service, account) = (Conversation.Of("porter.edge.local"), Conversation.Of("romeo@edge.local"));

        await host.Get<IStanzaSender>().SendAsync(service, account, new XElement("presence", new XAttribute("type", "subscribe")));
        await romeo.PresenceAsync("subscribe", "porter.edge.local");
        await romeo.SendPresenceAsync("subscribed", "porter.edge.local");
        await romeo.SoFarAsync();
        Assert.Equal(["subscribed romeo@edge.local", " " + romeo.Address], module.Seen);

        await romeo.SendPresenceAsync("subscribe", "porter.edge.local");
        await romeo.SoFarAsync();
        await host.Get<IStanzaSender>().SendAsync(service, account, new XElement("presence", new XAttribute("type", "subscribed")));
        await host.Get<IStanzaSender>().SendAsync(service, account, new XElement("presence"));
        await romeo.PresenceAsync(null, "porter.edge.local");
        Assert.Equal("both", (await romeo.RosterAsync())["porter.edge.local"]);

        module.Seen.Clear();
        var phone = await host.OnlineAsync("romeo", "phone");
        await phone.DisposeAsync();
        await Edge.TestKit.Eventually.HoldsAsync(() => module.Seen.Count == 3);
        Assert.Equal([" romeo@edge.local/phone", "probe romeo@edge.local/phone", "unavailable romeo@edge.local/phone"], module.Seen);
    }

    [Theory]
    [InlineData("subscribe")]
    [InlineData("unsubscribed")]
    public async Task A_subscription_goes_between_accounts_whatever_address_a_client_wrote(string type)
    {
        await using var host = new XmppHost();
        var (juliet, romeo) = (await host.OnlineAsync("juliet", "phone"), await host.OnlineAsync("romeo"));
        await Conversation.BefriendAsync(romeo, juliet);
        if (type == "subscribe") await romeo.SendPresenceAsync("unsubscribe", "juliet@edge.local");
        await juliet.SoFarAsync();
        await romeo.SendAsync(new XElement("presence", new XAttribute("type", type), new XAttribute("to", "juliet@edge.local/phone"), new XElement("status", "hello")));

        var got = await juliet.PresenceAsync(type, "romeo@edge.local");
        Assert.Equal(("romeo@edge.local", "juliet@edge.local"), ((string?)got.Attribute("from"), (string?)got.Attribute("to")));
        Assert.Equal("hello", got.Value);
    }

    /// <summary>Lets everything pass, once it is let go.</summary>
    private sealed class HoldingFilter : IStanzaFilter
    {
        private Hold? _next;

        public int Order => 1;

        public bool IsInUse => true;

        public Hold HoldNext(string from) => _next = new(from);

        public async ValueTask<FilterVerdict> CheckAsync(StanzaPassage passage, CancellationToken cancel)
        {
            if (_next is not { } hold || !passage.IsOutbound || passage.Account.Local != hold.From) return default;

            _next = null;
            await hold.WaitAsync();
            return default;
        }
    }

    private sealed class Hold(string from)
    {
        private readonly TaskCompletionSource _reached = new(), _letGo = new();

        public string From => from;

        public Task Reached => _reached.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);

        public void LetGo() => _letGo.SetResult();

        public Task WaitAsync()
        {
            _reached.SetResult();
            return _letGo.Task;
        }
    }

    private sealed class PorterModule : IXmppModule
    {
        public List<string> Seen { get; } = [];

        public void Configure(XmppModuleBuilder xmpp) => xmpp
            .OnService("porter", "component", "generic", "Porter").OnPresence((p, _) =>
            {
                Seen.Add($"{p.Type} {p.From}");
                return ValueTask.CompletedTask;
            });
    }
}
