using System.Xml.Linq;

using Edge.Identity.Accounts;
using Edge.Xmpp.Modules;

namespace Edge.Tests.Xmpp.Modules.IqAvatars;

public sealed class IqAvatarsTests
{
    private const string Empty = "<query xmlns='storage:client:avatar'/>";
    private const string Avatar = "<query xmlns='storage:client:avatar'><data mimetype='image/png'>aGFsbG8=</data></query>";

    [Fact]
    public async Task A_picture_is_kept_for_its_owner_shown_to_everybody_and_taken_back()
    {
        await using var server = new XmppHost();
        var (romeo, juliet) = (await server.OnlineAsync("romeo"), await server.OnlineAsync("juliet"));

        Assert.True((await romeo.SetAsync(null, Avatar)).IsSuccess);
        Assert.Equal(AccountAnswers.Plain(Avatar), (await romeo.GetAsync(null, Empty)).Plain());
        Assert.Equal(AccountAnswers.Plain(Avatar), (await juliet.GetAsync("romeo@edge.local", Empty)).Plain());

        Assert.True((await romeo.SetAsync(null, Empty)).IsSuccess);
        Assert.Equal(AccountAnswers.Plain(Empty), (await romeo.GetAsync(null, Empty)).Plain());
        Assert.Equal("service-unavailable", (await juliet.GetAsync("romeo@edge.local", Empty)).Error?.Condition);
    }

    [Fact]
    public async Task A_picture_goes_with_the_account()
    {
        await using var server = new XmppHost();
        var romeo = await server.OnlineAsync("romeo");
        await romeo.SetAsync(null, Avatar);

        await server.Get<IEnumerable<IAccountData>>().Single(d => d.Name == "avatar").DeleteAsync("romeo", default);

        Assert.Equal(AccountAnswers.Plain(Empty), (await romeo.GetAsync(null, Empty)).Plain());
    }

    [Fact]
    public async Task Nobody_sets_another_ones_picture()
    {
        await using var server = new XmppHost();
        var romeo = await server.OnlineAsync("romeo");

        Assert.Equal("forbidden", (await romeo.SetAsync("juliet@edge.local", Avatar)).Error?.Condition);
    }

    [Theory]
    [InlineData("<data mimetype='image/png'>#</data>")]
    [InlineData("<data mimetype='image/png'/>")]
    [InlineData("<data mimetype='text/html'>aGFsbG8=</data>")]
    [InlineData("<data>aGFsbG8=</data>")]
    [InlineData("<other mimetype='image/png'>aGFsbG8=</other>")]
    [InlineData("<data mimetype='image/png'>aGFsbG8=</data><data mimetype='image/png'>aGFsbG8=</data>")]
    public async Task What_is_no_picture_is_refused(string content)
    {
        await using var server = new XmppHost();
        var romeo = await server.OnlineAsync("romeo");

        Assert.Equal("not-acceptable", (await romeo.SetAsync(null, $"<query xmlns='storage:client:avatar'>{content}</query>")).Error?.Condition);
    }

    [Theory]
    [InlineData(8191, true)]
    [InlineData(8192, false)]
    public async Task A_picture_has_less_than_eight_kilobytes(int bytes, bool isTaken)
    {
        await using var server = new XmppHost();
        var romeo = await server.OnlineAsync("romeo");

        var answer = await romeo.SetAsync(null, $"<query xmlns='storage:client:avatar'><data mimetype='image/gif'>{Convert.ToBase64String(new byte[bytes], Base64FormattingOptions.InsertLineBreaks)}</data></query>");

        Assert.Equal(isTaken, answer.IsSuccess);
    }

    [Fact]
    public async Task Between_clients_pictures_and_their_hashes_pass()
    {
        await using var server = new XmppHost();
        var (romeo, juliet) = (await server.OnlineAsync("romeo"), await server.OnlineAsync("juliet"));
        await Conversation.BefriendAsync(romeo, juliet);

        await romeo.SendAsync(XElement.Parse("<presence><x xmlns='jabber:x:avatar'><hash>ab12</hash></x></presence>"));
        Assert.Equal("ab12", (await juliet.PresenceAsync(null, "romeo@edge.local")).Element("{jabber:x:avatar}x")?.Value);

        var asking = juliet.GetAsync(romeo.Address.ToString(), "<query xmlns='jabber:iq:avatar'/>");
        var request = await romeo.NextAsync(s => s.Name.LocalName == "iq" && s.Element("{jabber:iq:avatar}query") is not null);
        var picture = XElement.Parse("<query xmlns='jabber:iq:avatar'><data mimetype='image/jpeg'>aGFsbG8=</data></query>");
        await romeo.AnswerAsync(request, picture);
        Assert.Equal("aGFsbG8=", (await asking).Payload?.Value);
    }
}
