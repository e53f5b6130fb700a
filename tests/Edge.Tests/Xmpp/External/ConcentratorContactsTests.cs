using Edge.TestKit;
using Edge.Things;
using Edge.Things.Registry;

namespace Edge.Tests.Xmpp.External;

/// <summary>Who sees the concentrator's presence, at its account on another server.</summary>
public sealed class ConcentratorContactsTests
{
    [Fact]
    public async Task Who_gives_his_last_thing_up_sees_the_concentrator_no_more()
    {
        await using var gateway = await OtherServer.StartAsync();
        await Eventually.HoldsAsync(() => gateway.Link("concentrator").Address is not null);
        var romeo = await gateway.Accounts.OnlineAsync("romeo");
        var things = new[] { await gateway.ClaimAsync("s1", "romeo@edge.local"), await gateway.ClaimAsync("s2", "romeo@edge.local") };
        await romeo.SendPresenceAsync("subscribe", "concentrator@edge.local");
        await romeo.PresenceAsync(null, "concentrator@edge.local/edge");
        await romeo.SoFarAsync();

        Assert.True(await gateway.Get<IThingRegistry>().DisownAsync(Jid.Parse("romeo@edge.local"), things[0]));
        Assert.DoesNotContain(await romeo.SoFarAsync(), s => s.Name.LocalName == "presence");
        Assert.True(await gateway.Get<IThingRegistry>().DisownAsync(Jid.Parse("romeo@edge.local"), things[1]));

        await romeo.PresenceAsync("unsubscribed", "concentrator@edge.local");
        await romeo.PresenceAsync("unavailable", "concentrator@edge.local/edge");
    }

    [Fact]
    public async Task On_connecting_the_roster_is_looked_through_for_those_who_own_nothing()
    {
        await using var gateway = await OtherServer.StartAsync();
        await Eventually.HoldsAsync(() => gateway.Link("concentrator").Address is not null);
        var (romeo, juliet) = (await gateway.Accounts.OnlineAsync("romeo"), await gateway.Accounts.OnlineAsync("juliet"));
        await gateway.ClaimAsync("s1", "juliet@edge.local");
        // Granted while nobody looked.
        var server = gateway.Accounts.Get<Edge.Xmpp.Rosters.RosterStore>();
        foreach (var name in (string[])["romeo", "juliet"])
        {
            var contact = Jid.Parse(name + "@edge.local");
            await server.ChangeAsync("concentrator", r => r.With(new(contact) { IsListed = true, State = new(false, true, false, false) }), null, CancellationToken.None);
            await server.ChangeAsync(name, r => r.With(new(Jid.Parse("concentrator@edge.local")) { IsListed = true, State = new(true, false, false, false) }), null, CancellationToken.None);
        }

        await gateway.CutAccountAsync();
        await Eventually.HoldsAsync(() =>
        {
            gateway.Clock.Advance(TimeSpan.FromSeconds(1));
            return gateway.Link("concentrator").Counters.Connects > 1;
        });

        await romeo.PresenceAsync("unsubscribed", "concentrator@edge.local");
        Assert.Equal("none", (await romeo.RosterAsync())["concentrator@edge.local"]);
        Assert.Equal("to", (await juliet.RosterAsync())["concentrator@edge.local"]);
    }
}
