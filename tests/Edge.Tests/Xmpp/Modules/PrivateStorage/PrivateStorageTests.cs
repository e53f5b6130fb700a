using Edge.Identity.Accounts;
using Edge.Tests.Things;
using Edge.Xmpp.Modules.PrivateStorage;

namespace Edge.Tests.Xmpp.Modules.PrivateStorage;

public sealed class PrivateStorageTests
{
    [Fact]
    public async Task What_a_client_stores_it_gets_back()
    {
        await using var server = new XmppHost();
        var romeo = await server.OnlineAsync("romeo");
        var prefs = Query("<exodus xmlns='exodus:prefs' a='1'><defaultnick>Hamlet &amp; Co</defaultnick><x xmlns='urn:x'>\n </x></exodus>");

        Assert.True((await romeo.SetAsync(null, prefs)).IsSuccess);

        Assert.Equal(AccountAnswers.Plain(prefs), (await romeo.GetAsync(null, Query("<exodus xmlns='exodus:prefs'/>"))).Plain());
    }

    [Fact]
    public async Task Elements_have_their_place_by_name_and_namespace_and_several_share_one()
    {
        await using var server = new XmppHost();
        var romeo = await server.OnlineAsync("romeo");
        await romeo.SetAsync(null, Query("<a xmlns='urn:1'>old</a><b xmlns='urn:1'/>"));
        await romeo.SetAsync(null, Query("<a xmlns='urn:2'>two</a>"));

        await romeo.SetAsync(null, Query("<a xmlns='urn:1'>x</a><a xmlns='urn:1'>y</a>"));

        Assert.Equal(AccountAnswers.Plain(Query("<a xmlns='urn:1'>x</a><a xmlns='urn:1'>y</a>")), (await romeo.GetAsync(null, Query("<a xmlns='urn:1'/>"))).Plain());
        Assert.Equal(AccountAnswers.Plain(Query("<a xmlns='urn:2'>two</a>")), (await romeo.GetAsync(null, Query("<a xmlns='urn:2'/>"))).Plain());
        Assert.Equal(AccountAnswers.Plain(Query("<b xmlns='urn:1'/>")), (await romeo.GetAsync(null, Query("<b xmlns='urn:1'/>"))).Plain());
    }

    [Fact]
    public async Task What_was_never_stored_is_empty()
    {
        await using var server = new XmppHost();
        var romeo = await server.OnlineAsync("romeo");

        Assert.Equal(AccountAnswers.Plain(Query("<none xmlns='urn:none'/>")), (await romeo.GetAsync(null, Query("<none xmlns='urn:none'/>"))).Plain());
    }

    [Fact]
    public async Task It_outlives_the_server_and_goes_with_the_account()
    {
        var storage = new DictionaryStorage();
        await using (var server = new XmppHost(storage))
            await (await server.OnlineAsync("romeo")).SetAsync(null, Query("<a xmlns='urn:1'>kept</a>"));

        await using var again = new XmppHost(storage);
        var romeo = await again.OnlineAsync("romeo");
        Assert.Equal("kept", (await romeo.GetAsync(null, Query("<a xmlns='urn:1'/>"))).Payload?.Value);

        await again.Get<IEnumerable<IAccountData>>().Single(d => d.Name == "private elements").DeleteAsync("romeo", default);
        Assert.Equal("", (await romeo.GetAsync(null, Query("<a xmlns='urn:1'/>"))).Payload?.Value);
    }

    [Theory]
    [InlineData("juliet@edge.local")]
    [InlineData("nobody@edge.local")]
    public async Task Nobody_gets_at_what_another_one_stores(string account)
    {
        await using var server = new XmppHost();
        var romeo = await server.OnlineAsync("romeo");

        Assert.Equal("forbidden", (await romeo.GetAsync(account, Query("<a xmlns='urn:1'/>"))).Error?.Condition);
        Assert.Equal("forbidden", (await romeo.SetAsync(account, Query("<a xmlns='urn:1'/>"))).Error?.Condition);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<a xmlns='jabber:iq:private'/>")]
    [InlineData("<a xmlns='jabber:client'/>")]
    public async Task An_element_without_a_namespace_of_its_own_is_not_acceptable(string content)
    {
        await using var server = new XmppHost();
        var romeo = await server.OnlineAsync("romeo");

        Assert.Equal("not-acceptable", (await romeo.SetAsync(null, Query(content))).Error?.Condition);
    }

    [Theory]
    [InlineData("", "bad-request")]
    [InlineData("<a xmlns='urn:1'/><b xmlns='urn:1'/>", "bad-request")]
    [InlineData("<a xmlns='jabber:iq:private'/>", "not-acceptable")]
    public async Task One_element_is_asked_for_at_a_time(string content, string condition)
    {
        await using var server = new XmppHost();
        var romeo = await server.OnlineAsync("romeo");

        Assert.Equal(condition, (await romeo.GetAsync(null, Query(content))).Error?.Condition);
    }

    [Fact]
    public async Task An_account_that_keeps_too_much_is_told_so_and_loses_nothing()
    {
        await using var server = new XmppHost(settings: ("xmpp:privateStorage:maxBytesPerAccount", "1024"));
        var romeo = await server.OnlineAsync("romeo");
        await romeo.SetAsync(null, Query($"<a xmlns='urn:1'>{new string('x', 600)}</a>"));

        var answer = await romeo.SetAsync(null, Query($"<b xmlns='urn:1'>{new string('y', 600)}</b>"));

        Assert.Equal("resource-constraint", answer.Error?.Condition);
        Assert.Contains("xmpp:privateStorage:maxBytesPerAccount", answer.Error?.Text, StringComparison.Ordinal);
        Assert.Equal(600, (await romeo.GetAsync(null, Query("<a xmlns='urn:1'/>"))).Payload?.Value.Length);
        Assert.True((await romeo.SetAsync(null, Query($"<a xmlns='urn:1'>{new string('z', 700)}</a>"))).IsSuccess);
    }

    private static string Query(string content) => $"<query xmlns='jabber:iq:private'>{content}</query>";
}
