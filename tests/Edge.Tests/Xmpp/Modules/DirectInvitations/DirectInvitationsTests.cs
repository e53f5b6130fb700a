using System.Xml.Linq;

namespace Edge.Tests.Xmpp.Modules.DirectInvitations;

public sealed class DirectInvitationsTests
{
    [Fact]
    public async Task An_invitation_passes_as_it_is()
    {
        await using var server = new XmppHost();
        var (romeo, juliet) = (await server.OnlineAsync("romeo"), await server.OnlineAsync("juliet"));

        await romeo.SendAsync(XElement.Parse("""
            <message to='juliet@edge.local'>
              <x xmlns='jabber:x:conference' jid='garden@rooms.example' password='rose' reason='Come!' continue='true' thread='t1'/>
            </message>
            """));

        var invitation = (await juliet.MessageAsync()).Element("{jabber:x:conference}x")!;
        Assert.Equal(
            "jid=garden@rooms.example password=rose reason=Come! continue=true thread=t1",
            string.Join(' ', invitation.Attributes().Where(a => !a.IsNamespaceDeclaration).Select(a => $"{a.Name}={a.Value}")));
    }
}
