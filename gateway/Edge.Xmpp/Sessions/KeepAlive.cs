using System.Xml.Linq;

using Edge.Transport;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Sessions;

/// <summary>Finds connections that nobody uses: those that do not sign in, and those whose client has vanished (XEP-0199 §4.2).</summary>
internal sealed class KeepAlive(XmppOptions options, TimeProvider clock)
{
    private readonly long _started = clock.GetTimestamp();
    private long _pinged;

    public void Check(long timestamp, long lastReceived, BoundResource? bound, XmppSession session)
    {
        if (bound is null)
        {
            if (clock.GetElapsedTime(_started, timestamp).TotalSeconds >= options.LoginSeconds)
                session.End(EndReason.HandshakeTimeout, StreamErrors.ConnectionTimeout, $"Not signed in within {options.LoginSeconds} s (xmpp:loginSeconds).");
            return;
        }

        var idle = clock.GetElapsedTime(lastReceived, timestamp).TotalSeconds;
        if (idle >= options.IdleSeconds)
        {
            session.End(EndReason.KeepAliveTimeout, StreamErrors.ConnectionTimeout, $"Nothing came for {options.IdleSeconds} s (xmpp:idleSeconds).");
        }
        else if (idle >= options.PingAfterSeconds && _pinged < lastReceived)
        {
            _pinged = timestamp;
            var domain = Things.Jid.Parse(bound.Jid.Domain);
            bound.TryDeliver(Replies.IqRequest("keep-alive", domain, bound.Jid, IqType.Get, new XElement(XName.Get("ping", "urn:xmpp:ping"))));
        }
    }
}
