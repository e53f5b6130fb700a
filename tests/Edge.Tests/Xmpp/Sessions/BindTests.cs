using Edge.Tests.Xmpp.Modules.StreamManagement;
using Edge.Xmpp.Routing;

namespace Edge.Tests.Xmpp.Sessions;

public sealed class BindTests
{
    [Fact]
    public async Task The_answer_names_nobody_but_the_new_address()
    {
        await using var host = new XmppHost();
        var raw = await host.SignedInRawAsync("romeo");

        await raw.SendAsync("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>balcony</resource></bind></iq>");

        Assert.Equal(
            "<iq type='result' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>romeo@edge.local/balcony</jid></bind></iq>",
            await raw.ReadUntilAsync("</iq>"));
    }

    [Fact]
    public async Task Two_who_bind_one_resource_at_once_end_each_other_and_nobody_else()
    {
        await using var host = new XmppHost();
        var (away, _) = await host.ManagedAsync("romeo", "away");
        await host.BreakAsync(away);
        for (var round = 0; round < 10; round++)
        {
            RawClient[] both = [await host.SignedInRawAsync("romeo"), await host.SignedInRawAsync("romeo")];
            var answers = both.Select(AnswerAsync).ToList();
            var texts = await Task.WhenAll(answers);
            Assert.Contains(texts, t => t.Contains("<jid>romeo@edge.local/phone</jid>", StringComparison.Ordinal));
            Assert.All(texts, t => Assert.DoesNotContain("resource-constraint", t, StringComparison.Ordinal));
        }

        Assert.Equal(["away", "phone"], host.Get<SessionTable>().Of("romeo").Select(r => r.Jid.Resource).Order());
    }

    // Bound, refused, or ended by the other before the answer was written.
    private static async Task<string> AnswerAsync(RawClient raw)
    {
        await raw.SendAsync("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>phone</resource></bind></iq>");
        return await raw.ReadUntilAsync(">") + await raw.ReadUntilAsync(">") + await raw.ReadUntilAsync(">") + await raw.ReadUntilAsync(">");
    }
}
