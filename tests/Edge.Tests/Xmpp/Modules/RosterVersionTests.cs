using System.Xml.Linq;

using Edge.Tests.Things;
using Edge.Xmpp.Client;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Rosters;

namespace Edge.Tests.Xmpp.Modules;

/// <summary>Versions of rosters (RFC 6121 §2.6), and approval in advance (§3.4).</summary>
public sealed class RosterVersionTests
{
    [Fact]
    public async Task Both_are_told_in_the_stream_features_of_who_has_signed_in()
    {
        await using var host = new XmppHost();
        var raw = host.OpenRaw();
        await raw.SendAsync(RawClient.Header);
        Assert.DoesNotContain("urn:xmpp:features", await raw.ReadUntilAsync("</stream:features>"), StringComparison.Ordinal);
        await raw.SignInAsync("romeo");
        await raw.SendAsync(RawClient.Header);
        var features = await raw.ReadUntilAsync("</stream:features>");
        Assert.Contains("<ver xmlns='urn:xmpp:features:rosterver'/>", features, StringComparison.Ordinal);
        Assert.Contains("<sub xmlns='urn:xmpp:features:pre-approval'/>", features, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_the_roster_as_it_is_gets_nothing_again_even_from_another_start_of_the_server()
    {
        await using var storage = new DictionaryStorage();
        string? version;
        await using (var host = new XmppHost(storage))
        {
            var romeo = await host.OnlineAsync("romeo");
            var empty = await GetAsync(romeo, "");
            version = (string?)empty.Payload!.Attribute("ver");
            Assert.Empty(empty.Payload.Elements());
            Assert.Null((await GetAsync(romeo, version)).Payload);
            Assert.Null((await GetAsync(romeo, null)).Payload!.Attribute("ver")); // who does not ask is not told

            await romeo.SetRosterAsync(new XAttribute("jid", "juliet@edge.local"));
            var push = await romeo.NextAsync(s => s.Element(Conversation.Roster + "query") is not null);
            var pushed = (string?)push.Element(Conversation.Roster + "query")!.Attribute("ver");
            Assert.NotEqual(version, pushed);
            Assert.Single((await GetAsync(romeo, version)).Payload!.Elements());
            Assert.Null((await GetAsync(romeo, pushed)).Payload);

            // A request that only came in is no change that is seen.
            await (await host.OnlineAsync("nurse")).SendPresenceAsync("subscribe", "romeo@edge.local");
            await romeo.PresenceAsync("subscribe", "nurse@edge.local");
            Assert.Null((await GetAsync(romeo, pushed)).Payload);
            version = pushed;
        }

        await using var again = new XmppHost(storage);
        Assert.Null((await GetAsync(await again.OnlineAsync("romeo"), version)).Payload);
    }

    [Fact]
    public void An_account_made_anew_has_no_version_of_the_former_one()
    {
        var (former, anew) = (ContactList.Empty.With(Listed("a@b")), ContactList.Empty.With(Listed("c@d")));
        Assert.NotEqual(former.Version.ToString(), anew.Version.ToString());
        Assert.Equal(former.Version, RosterDocument.Of(former).ToContacts().Version);
    }

    [Fact]
    public async Task A_contact_that_was_approved_in_advance_is_not_asked_for()
    {
        await using var host = new XmppHost();
        var (romeo, juliet) = (await host.OnlineAsync("romeo"), await host.OnlineAsync("juliet"));
        await juliet.SendPresenceAsync("subscribed", "romeo@edge.local");
        var item = await juliet.PushAsync();
        Assert.Equal(("none", "true"), ((string)item.Attribute("subscription")!, (string)item.Attribute("approved")!));
        Assert.Empty(await romeo.SoFarAsync());

        await romeo.SendPresenceAsync("subscribe", "juliet@edge.local");
        await romeo.PresenceAsync("subscribed", "juliet@edge.local");
        await romeo.PresenceAsync(null, juliet.Address.ToString());
        Assert.Equal("from", (string?)(await juliet.PushAsync()).Attribute("subscription"));
        Assert.DoesNotContain(await juliet.SoFarAsync(), s => (string?)s.Attribute("type") == "subscribe");

        // Taken back, it is as if it had never been said.
        await juliet.SendPresenceAsync("subscribed", "nurse@edge.local");
        await juliet.PushAsync();
        await juliet.SendPresenceAsync("unsubscribed", "nurse@edge.local");
        Assert.Null((await juliet.PushAsync()).Attribute("approved"));
        await (await host.OnlineAsync("nurse")).SendPresenceAsync("subscribe", "juliet@edge.local");
        await juliet.PresenceAsync("subscribe", "nurse@edge.local");
    }

    [Fact]
    public async Task Who_comes_online_hears_of_contacts_that_are_away_and_of_those_that_do_not_know_him_any_more()
    {
        await using var host = new XmppHost();
        foreach (var contact in (string[])["juliet@edge.local", "nurse@edge.local"])
            await host.Get<RosterStore>().ChangeAsync("romeo", r => r.With(Listed(contact) with { State = new(true, false, false, false) }), null, CancellationToken.None);
        await host.Get<RosterStore>().ChangeAsync("juliet", r => r.With(Listed("romeo@edge.local") with { State = new(false, true, false, false) }), null, CancellationToken.None);

        var romeo = await host.ConnectAsync("romeo");
        await romeo.SendPresenceAsync();
        var seen = (await romeo.SoFarAsync()).Where(s => s.Name.LocalName == "presence").ToDictionary(p => (string)p.Attribute("from")!, p => (string?)p.Attribute("type"));
        Assert.Equal("unavailable", seen["juliet@edge.local"]);
        Assert.Equal("unsubscribed", seen["nurse@edge.local"]);
        Assert.Equal(new() { ["juliet@edge.local"] = "to", ["nurse@edge.local"] = "none" }, await romeo.RosterAsync());
    }

    private static RosterItem Listed(string contact) => new(Conversation.Of(contact)) { IsListed = true };

    private static Task<IqResult> GetAsync(XmppClient client, string? version) =>
        client.RequestAsync(null, IqType.Get, new XElement(Conversation.Roster + "query", version is null ? null : new XAttribute("ver", version)));
}
