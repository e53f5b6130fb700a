namespace Edge.Xmpp;

/// <summary>Whose XMPP server people and things use.</summary>
public enum XmppMode
{
    /// <summary>This gateway's own.</summary>
    Embedded,

    /// <summary>One that runs already: the gateway joins it as an account and two components (section <c>xmpp:external</c>).</summary>
    External,
}
