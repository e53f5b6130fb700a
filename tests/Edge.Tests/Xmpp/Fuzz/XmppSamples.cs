using System.Text;

using Edge.Tests.Xmpp.Wire;

namespace Edge.Tests.Xmpp.Fuzz;

/// <summary>What clients say in sessions that were recorded, element by element, with what makes parsers stumble.</summary>
internal static class XmppSamples
{
    public const string Header = Streams.Header;

    /// <summary>Signs in without a password: for servers that have <see cref="FuzzLogin"/>.</summary>
    public const string Login = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='FUZZ'/>";

    public const string Bind = "<iq type='set' id='b1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>";

    public static IReadOnlyList<string> Roster { get; } =
    [
        "<iq type='get' id='r1'><query xmlns='jabber:iq:roster'/></iq>",
        "<iq type='set' id='r2'><query xmlns='jabber:iq:roster'><item jid='nurse@edge.local' name='Nurse &amp; friend'><group>Servants</group></item></query></iq>",
        "<presence to='nurse@edge.local' type='subscribe'/>",
        "<presence><priority>5</priority><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node=\"x>y\" ver='a/b=='/></presence>",
        "<iq type='set' id='r3'><query xmlns='jabber:iq:roster'><item jid='nurse@edge.local' subscription='remove'/></query></iq>",
    ];

    public static IReadOnlyList<string> ReadOut { get; } =
    [
        "<iq type='get' id='d1' to='edge.local'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>",
        "<iq type='get' id='d2' to='concentrator.edge.local'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>",
        "<iq type='get' id='s1' to='concentrator.edge.local'><req xmlns='urn:nf:iot:sd:1.0' seqnr='1' id='s1' m='true' all='true'><nd id='meter' src='modbus'/></req></iq>",
        "<iq type='get' id='s2' to='concentrator.edge.local'><req xmlns='urn:xmpp:iot:sensordata' seqnr='2' momentary='true'><node nodeId='meter'/></req></iq>",
        "<iq type='set' id='c1' to='concentrator.edge.local'><set xmlns='urn:xmpp:iot:control'><boolean name='led' value='true'/></set></iq>",
    ];

    public static IReadOnlyList<string> Talk { get; } =
    [
        "<message to='romeo@edge.local' type='chat' id=\"m'1\" xml:lang='de'><body>Grüße &lt;&#x1F600;&gt; 😀</body><x:y xmlns:x='urn:x' x:z='1'><![CDATA[<raw> ]] & ]]></x:y></message>",
        "<message to='nurse@edge.local'><body>offline</body></message>",
        "<iq  type = 'get'\nid='p1' ><ping xmlns='urn:xmpp:ping' /></iq  >",
        "<iq type='set' id='v1'><vCard xmlns='vcard-temp'><FN>Romeo</FN></vCard></iq>",
        "<iq type='set' id='x1'><query xmlns='jabber:iq:private'><a xmlns='urn:a'>b</a></query></iq>",
        "<iq type='result' id='none' to='juliet@edge.local'/>",
        "<enable xmlns='urn:xmpp:sm:3' resume='true'/>",
        "<r xmlns='urn:xmpp:sm:3'/>",
        "<inactive xmlns='urn:xmpp:csi:0'/>",
        "<presence type='unavailable'/>",
    ];

    /// <summary>Whole sessions, from the first header to the end of the stream.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Sessions { get; } =
    [
        [Header, Login, Header, Bind, .. Roster, "</stream:stream>"],
        ["<?xml version='1.0' encoding='UTF-8'?>\n" + Header, Login, Header, Bind, .. ReadOut, "</stream:stream>"],
        [Header, Login, Header, Bind, "<presence/>", .. Talk, "</stream:stream>"],
        [Header, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"],
        [Header, "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'>biwsbj1yb21lbyxyPWFiY2RlZg==</auth>", "<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"],
        [Header.Replace("<stream:stream", "<s:stream", StringComparison.Ordinal).Replace("xmlns:stream", "xmlns:x='urn:x' xmlns:s", StringComparison.Ordinal), Login],
    ];

    public static byte[] Bytes(IEnumerable<string> elements) => Encoding.UTF8.GetBytes(string.Concat(elements));
}
