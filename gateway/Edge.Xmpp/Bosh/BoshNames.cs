namespace Edge.Xmpp.Bosh;

/// <summary>Words of XEP-0124 and XEP-0206.</summary>
internal static class BoshNames
{
    public const string Namespace = "http://jabber.org/protocol/httpbind";
    public const string XmppNamespace = "urn:xmpp:xbosh";

    /// <summary>The highest version that is spoken here.</summary>
    public static readonly Version Version = new(1, 11);

    // Terminal binding conditions (XEP-0124 §17.2).
    public const string BadRequest = "bad-request";
    public const string HostUnknown = "host-unknown";
    public const string ImproperAddressing = "improper-addressing";
    public const string ItemNotFound = "item-not-found";
    public const string OtherRequest = "other-request";
    public const string PolicyViolation = "policy-violation";
    public const string RemoteStreamError = "remote-stream-error";
    public const string SystemShutdown = "system-shutdown";
}
