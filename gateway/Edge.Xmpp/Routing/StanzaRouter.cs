using Edge.Things;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Routing;

/// <summary>Where every stanza of a client goes in: checks its addresses, and hands it to the rules of its kind (RFC 6120 §10, RFC 6121 §8).</summary>
internal sealed class StanzaRouter(XmppDomain domain, IqRouter iq, MessageRouter messages, IPresenceBroker presence)
{
    /// <summary>Routes one stanza; the next one of the same client waits until this returns.</summary>
    /// <exception cref="XmppStreamException">The stanza ends the stream.</exception>
    public ValueTask RouteAsync(BoundResource sender, Stanza stanza, CancellationToken cancel)
    {
        CheckFrom(sender, stanza);
        Jid? to = null;
        if (stanza.HasTo && !TryReadTo(stanza, out to))
        {
            Refuse(sender, stanza, null, new("modify", "jid-malformed"));
            return ValueTask.CompletedTask;
        }

        if (to is not null && domain.ServiceOf(to) is null)
        {
            Refuse(sender, stanza, to, new("cancel", "remote-server-not-found"));
            return ValueTask.CompletedTask;
        }

        switch (stanza.Kind)
        {
            case StanzaKind.Message: return messages.RouteAsync(sender, stanza, to ?? sender.Bare, cancel);
            case StanzaKind.Presence: return presence.FromClientAsync(sender, stanza, to, cancel);
            default: return iq.RouteAsync(sender, stanza, to, cancel);
        }
    }

    /// <summary>A client may name itself, in full or bare, and nobody else (RFC 6120 §8.1.2.1).</summary>
    private static void CheckFrom(BoundResource sender, Stanza stanza)
    {
        if (stanza.From is not { } from) return;
        if (!Jid.TryParse(from, out var jid) || (jid != sender.Jid && jid != sender.Bare))
            throw new XmppStreamException(StreamErrors.InvalidFrom, "A stanza names a sender that is not this client.");
    }

    private static bool TryReadTo(Stanza stanza, out Jid? to) => Jid.TryParse(XmlTokens.Decode(stanza.ToBytes), out to);

    /// <summary>Answers with an error, unless the stanza is itself an answer (RFC 6120 §8.3.1).</summary>
    public static void Refuse(BoundResource sender, Stanza stanza, Jid? to, StanzaError error)
    {
        if (stanza.Type is "error" or "result") return;
        if (stanza.Kind == StanzaKind.Presence && stanza.Type == "unavailable") return;
        sender.TryDeliver(Replies.Error(stanza, sender.Jid, to?.ToString(), error));
    }
}
