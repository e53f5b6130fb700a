namespace Edge.Xmpp.Modules.DirectInvitations;

/// <summary>XEP-0249: an invitation is a payload of a message between two clients. The server's part is to leave it as it is; the feature is a
/// client's to advertise, so there is nothing to declare.</summary>
[Xep(249, "1.2", Note = "Passed between clients, like any message")]
internal sealed class DirectInvitationsModule : IXmppModule
{
    public void Configure(XmppModuleBuilder xmpp)
    {
        // No handler: what no module takes is routed untouched.
    }
}
