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
}
