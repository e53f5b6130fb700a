using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Modules.LegacySession;

/// <summary>RFC 3921 §3: a step that RFC 6121 made meaningless. Clients that see it offered, and some that do not, send it and wait.</summary>
[Xep(0, "RFC 3921", Note = "The session element only, answered and without effect")]
internal sealed class LegacySessionModule : IXmppModule
{
    public void Configure(XmppModuleBuilder xmpp) => xmpp
        .OnDomain().OnIqSet(XmppNames.Session + "session", Answer)
        .OnAccount().OnIqSet(XmppNames.Session + "session", Answer);

    private static ValueTask<IqResult> Answer(Iq request, CancellationToken cancel) => new(IqResult.Empty);
}
