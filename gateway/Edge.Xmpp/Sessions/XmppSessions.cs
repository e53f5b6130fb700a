using Edge.Things;
using Edge.Transport;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Sessions;

/// <summary>Reads the table of sessions for operators.</summary>
internal sealed class XmppSessions(SessionTable sessions) : IXmppSessions
{
    public IReadOnlyList<XmppSessionFacts> List(string? account = null) =>
        [.. (account is null ? sessions.All : sessions.Of(account)).Select(Describe).OrderBy(s => s.Address, StringComparer.Ordinal)];

    public bool End(string address, string reason)
    {
        if (!Jid.TryParse(address, out var jid) || jid.IsBare || sessions.Find(jid) is not { } resource) return false;

        resource.End(EndReason.Revoked, StreamErrors.NotAuthorized, reason);
        return true;
    }

    private static XmppSessionFacts Describe(BoundResource resource)
    {
        var link = resource.Link;
        var state = link is null ? "away" : resource.IsAvailable ? "available" : "unavailable";
        var carrier = link is null ? "" : $"{link.Facts.Listener} {link.Facts.Binding}";
        return new(resource.Jid.ToString(), link?.Facts.Address ?? "", carrier, link?.Facts.Tls ?? "", state, resource.Since)
        {
            StanzasIn = resource.Traffic.In.Stanzas,
            StanzasOut = resource.Traffic.Out.Stanzas,
            BytesIn = resource.Traffic.In.Bytes,
            BytesOut = resource.Traffic.Out.Bytes,
            BytesWaiting = link?.WaitingBytes ?? 0,
        };
    }
}
