using Edge.Identity.Accounts;
using Edge.Tests.Things;
using Edge.Xmpp.Modules.VCard;

namespace Edge.Tests.Xmpp.Modules.VCard;

public sealed class VCardTests
{
    private const string Empty = "<vCard xmlns='vcard-temp'/>";
    private const string Card = "<vCard xmlns='vcard-temp'><FN>Romeo &amp; &lt;Co&gt;</FN><N><GIVEN>Romeo</GIVEN></N><PHOTO><TYPE>image/png</TYPE><BINVAL>aGFs\nbG8=</BINVAL></PHOTO></vCard>";

    [Fact]
    public async Task A_card_is_kept_for_its_owner_and_shown_to_everybody()
    {
        await using var server = new XmppHost();
        var (romeo, juliet) = (await server.OnlineAsync("romeo"), await server.OnlineAsync("juliet"));

        Assert.True((await romeo.SetAsync(null, Card)).IsSuccess);

        Assert.Equal(AccountAnswers.Plain(Card), (await romeo.GetAsync(null, Empty)).Plain());
        Assert.Equal(AccountAnswers.Plain(Card), (await romeo.GetAsync("romeo@edge.local", Empty)).Plain());
        Assert.Equal(AccountAnswers.Plain(Card), (await juliet.GetAsync("romeo@edge.local", Empty)).Plain());
    }

    [Fact]
    public async Task A_card_outlives_the_server_and_goes_with_the_account()
    {
        var storage = new DictionaryStorage();
        await using (var server = new XmppHost(storage))
            Assert.True((await (await server.OnlineAsync("romeo")).SetAsync(null, Card)).IsSuccess);

        await using var again = new XmppHost(storage);
        var juliet = await again.OnlineAsync("juliet");
        Assert.True((await juliet.GetAsync("romeo@edge.local", Empty)).IsSuccess);

        await again.Get<IEnumerable<IAccountData>>().Single(d => d.Name == "vCard").DeleteAsync("romeo", default);
        Assert.Equal("service-unavailable", (await juliet.GetAsync("romeo@edge.local", Empty)).Error?.Condition);
    }

    [Fact]
    public async Task Who_has_no_card_gets_an_empty_one_and_others_do_not_learn_whether_there_is_an_account()
    {
        await using var server = new XmppHost();
        var romeo = await server.OnlineAsync("romeo");

        Assert.Equal(AccountAnswers.Plain(Empty), (await romeo.GetAsync(null, Empty)).Plain());
        Assert.Equal("service-unavailable", (await romeo.GetAsync("juliet@edge.local", Empty)).Error?.Condition);
        Assert.Equal("service-unavailable", (await romeo.GetAsync("nobody@edge.local", Empty)).Error?.Condition);
    }

    [Theory]
    [InlineData("juliet@edge.local")]
    [InlineData("nobody@edge.local")]
    public async Task Nobody_writes_another_ones_card(string account)
    {
        await using var server = new XmppHost();
        var romeo = await server.OnlineAsync("romeo");

        Assert.Equal("forbidden", (await romeo.SetAsync(account, Card)).Error?.Condition);
        Assert.Equal("service-unavailable", (await romeo.GetAsync(account, Empty)).Error?.Condition);
    }

    [Fact]
    public async Task A_card_beyond_the_limit_is_refused_and_the_former_one_stays()
    {
        await using var server = new XmppHost(settings: ("xmpp:vCard:maxBytes", "1024"));
        var romeo = await server.OnlineAsync("romeo");
        Assert.True((await romeo.SetAsync(null, Card)).IsSuccess);

        var answer = await romeo.SetAsync(null, $"<vCard xmlns='vcard-temp'><NOTE>{new string('x', 1024)}</NOTE></vCard>");

        Assert.Equal("not-acceptable", answer.Error?.Condition);
        Assert.Contains("xmpp:vCard:maxBytes", answer.Error?.Text, StringComparison.Ordinal);
        Assert.Equal(AccountAnswers.Plain(Card), (await romeo.GetAsync(null, Empty)).Plain());
    }

    [Fact]
    public async Task The_hash_of_a_picture_in_presence_passes_as_it_is()
    {
        await using var server = new XmppHost();
        var (romeo, juliet) = (await server.OnlineAsync("romeo"), await server.OnlineAsync("juliet"));
        await Conversation.BefriendAsync(romeo, juliet);
        var update = System.Xml.Linq.XElement.Parse("<x xmlns='vcard-temp:x:update'><photo>01b87fcd030b72895ff8e88db57ec525450f000d</photo></x>");

        await romeo.SendAsync(new("presence", update));

        var seen = await juliet.PresenceAsync(null, "romeo@edge.local");
        Assert.Equal("01b87fcd030b72895ff8e88db57ec525450f000d", seen.Element(update.Name)?.Value);
    }
}
