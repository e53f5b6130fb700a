using System.Xml.Linq;

using Edge.Xmpp.Tracing;

namespace Edge.Tests.Xmpp.Tracing;

public sealed class SecretBlankerTests
{
    [Theory]
    [InlineData("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>SECRET</auth>")]
    [InlineData("<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>SECRET</response>")]
    [InlineData("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>SECRET</success>")]
    [InlineData("<authenticate xmlns='urn:xmpp:sasl:2'><initial-response>SECRET</initial-response></authenticate>")]
    [InlineData("<iq><query xmlns='jabber:iq:register'><username>romeo</username><password>SECRET</password></query></iq>")]
    [InlineData("<iq><query xmlns='jabber:iq:auth'><digest>SECRET</digest></query></iq>")]
    [InlineData("<iq><query xmlns='jabber:iq:register'><x xmlns='jabber:x:data'><field var='oauth_signature'><value>SECRET</value></field></x></query></iq>")]
    [InlineData("<iq><query xmlns='jabber:iq:register'><x xmlns='jabber:x:data'><field var='password' type='text-private'><value>SECRET</value></field></x></query></iq>")]
    [InlineData("<iq><mine xmlns='urn:xmpp:iot:discovery'><str name='KEY' value='SECRET'/></mine></iq>")]
    [InlineData("<iq><req xmlns='urn:xmpp:iot:sensordata' seqnr='1' serviceToken='SECRET' deviceToken='SECRET' userToken='SECRET'/></iq>")]
    [InlineData("<iq><getTokenResponse xmlns='urn:xmpp:iot:provisioning' token='SECRET'/></iq>")]
    [InlineData("<handshake>SECRET</handshake>")]
    [InlineData("<resume xmlns='urn:xmpp:sm:3' previd='SECRET' h='1'/>")]
    [InlineData("<enabled xmlns='urn:xmpp:sm:3' id='SECRET' resume='true'/>")]
    public void Secrets_are_not_written_down(string text)
    {
        var element = XElement.Parse(text);
        Assert.True(SecretBlanker.TryClean(element, out var cleaned));
        var clean = cleaned.ToString();
        Assert.DoesNotContain("SECRET", clean, StringComparison.Ordinal);
        Assert.Contains(SecretBlanker.Blank, clean, StringComparison.Ordinal);
        Assert.Contains("SECRET", element.ToString(), StringComparison.Ordinal); // what goes on its way stays whole
    }

    [Theory]
    [InlineData("<message><body>hello</body><thread>t</thread></message>")]
    [InlineData("<iq><query xmlns='jabber:iq:register'><username>romeo</username></query></iq>")]
    [InlineData("<enabled xmlns='urn:xmpp:sm:3'/>")]
    [InlineData("<iq><x xmlns='jabber:x:data'><field var='name'><value>lamp</value></field></x></iq>")]
    [InlineData("<iq><fields xmlns='urn:xmpp:iot:sensordata'><numeric name='temperature' value='21.5' unit='°C'/></fields></iq>")]
    public void All_else_is(string text) =>
        Assert.False(SecretBlanker.TryClean(XElement.Parse(text), out _));
}
