using Edge.Identity.Accounts;
using Edge.Tests.Things;
using Edge.Xmpp.Client;

namespace Edge.Tests.Xmpp.Modules.LastActivity;

public sealed class LastActivityTests
{
    private const string Last = "<query xmlns='jabber:iq:last'/>";

    [Fact]
    public async Task Friends_learn_since_when_somebody_is_offline()
    {
        await using var server = new XmppHost();
        var (romeo, juliet) = (await server.OnlineAsync("romeo"), await server.OnlineAsync("juliet"));
        await Conversation.BefriendAsync(romeo, juliet);
        Assert.Equal("0", await SecondsAsync(romeo, "juliet@edge.local"));

        await juliet.DisposeAsync();
        await romeo.PresenceAsync("unavailable", "juliet@edge.local");
        while (await SecondsAsync(romeo, "juliet@edge.local") is null) TestContext.Current.CancellationToken.ThrowIfCancellationRequested(); // it is noted when all are told
        server.Clock.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal("60", await SecondsAsync(romeo, "juliet@edge.local"));
    }

    [Theory]
    [InlineData("juliet@edge.local")]
    [InlineData("nobody@edge.local")]
    public async Task Strangers_are_refused_whether_or_not_there_is_such_an_account(string account)
    {
        await using var server = new XmppHost();
        var (romeo, _) = (await server.OnlineAsync("romeo"), await server.OnlineAsync("juliet"));

        Assert.Equal("forbidden", (await romeo.GetAsync(account, Last)).Error?.Condition);
    }

    [Theory]
    [InlineData("edge.local")]
    [InlineData("things.edge.local")]
    public async Task The_server_tells_since_when_it_runs(string host)
    {
        await using var server = new XmppHost();
        var romeo = await server.OnlineAsync("romeo");

        server.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("5", await SecondsAsync(romeo, host));
    }

    [Fact]
    public async Task It_outlives_the_server_and_goes_with_the_account()
    {
        var storage = new DictionaryStorage();
        await using (var server = new XmppHost(storage))
        {
            var romeo = await server.OnlineAsync("romeo");
            await romeo.SendAsync(new("presence", new System.Xml.Linq.XAttribute("type", "unavailable")));
            Assert.NotNull(await SecondsAsync(romeo, null));
        }

        await using var again = new XmppHost(storage);
        var back = await again.ConnectAsync("romeo");
        Assert.NotNull(await SecondsAsync(back, null));
        await again.Get<IEnumerable<IAccountData>>().Single(d => d.Name == "last activity").DeleteAsync("romeo", default);
        Assert.Equal("item-not-found", (await back.GetAsync(null, Last)).Error?.Condition);
    }

    private static async Task<string?> SecondsAsync(XmppClient client, string? to) => (await client.GetAsync(to, Last)).Payload?.Attribute("seconds")?.Value;
}
