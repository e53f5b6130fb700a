using System.Xml.Linq;

namespace Edge.Xmpp.Wire;

/// <summary>The namespaces that RFC 6120 and RFC 6121 define.</summary>
public static class XmppNames
{
    /// <summary>The content of a client's stream, and the namespace of every stanza there.</summary>
    public const string ClientNamespace = "jabber:client";

    /// <summary>The content of a component's stream (XEP-0114 §3).</summary>
    public const string ComponentNamespace = "jabber:component:accept";

    /// <summary>The stream's own elements.</summary>
    public const string StreamNamespace = "http://etherx.jabber.org/streams";

    /// <summary>The namespace of the prefix <c>xml</c>.</summary>
    public const string XmlNamespace = "http://www.w3.org/XML/1998/namespace";

    /// <summary>What opens and closes a stream in a WebSocket (RFC 7395 §3.3.1).</summary>
    public const string FramingNamespace = "urn:ietf:params:xml:ns:xmpp-framing";

    /// <summary>The content of a client's stream.</summary>
    public static readonly XNamespace Client = ClientNamespace;

    /// <summary>The stream's own elements.</summary>
    public static readonly XNamespace Stream = StreamNamespace;

    /// <summary>Conditions of stream errors.</summary>
    public static readonly XNamespace StreamErrors = "urn:ietf:params:xml:ns:xmpp-streams";

    /// <summary>Conditions of stanza errors.</summary>
    public static readonly XNamespace StanzaErrors = "urn:ietf:params:xml:ns:xmpp-stanzas";

    /// <summary>STARTTLS negotiation.</summary>
    public static readonly XNamespace Tls = "urn:ietf:params:xml:ns:xmpp-tls";

    /// <summary>SASL negotiation.</summary>
    public static readonly XNamespace Sasl = "urn:ietf:params:xml:ns:xmpp-sasl";

    /// <summary>Resource binding.</summary>
    public static readonly XNamespace Bind = "urn:ietf:params:xml:ns:xmpp-bind";

    /// <summary>The session element of RFC 3921, which means nothing any more, and which clients still send.</summary>
    public static readonly XNamespace Session = "urn:ietf:params:xml:ns:xmpp-session";
}
