using System.Xml.Linq;
using Edge.Transport;
using Edge.Xmpp.Routing;

namespace Edge.Xmpp.Modules.OfflineMessages;

/// <summary>
/// Finds out whether a client has what it was given: it acknowledges that (XEP-0198), or answers a ping that is sent behind it (XEP-0199 §4.2;
/// an error is an answer, too: stanzas are handled in order, RFC 6120 §10.1).
/// </summary>
internal sealed class DeliveryReceipts(PendingRequests pending, XmppDomain domain, TimeProvider clock)
{
    /// <summary>For so long a client may be slow; one that does not know what to answer, but goes on talking, is then taken to have everything.</summary>
    public static readonly TimeSpan AnswerTime = TimeSpan.FromMinutes(1);

    private static readonly XName Ping = XName.Get("ping", "urn:xmpp:ping");

    /// <summary>True as soon as the client has everything that was delivered up to now; false where it goes before that is known. What asks it is
    /// sent before this returns.</summary>
    public Task<bool> ArriveAsync(BoundResource resource) => resource.AcknowledgedAsync() ?? AnswerAsync(resource);

    private async Task<bool> AnswerAsync(BoundResource resource)
    {
        var (id, answer) = pending.Begin(domain.Jid, resource.Jid);
        try
        {
            resource.TryDeliver(Replies.IqRequest(id, domain.Jid, resource.Jid, IqType.Get, new XElement(Ping)));
            return await WaitAsync(resource, answer).ConfigureAwait(false);
        }
        finally
        {
            pending.Forget(id);
        }
    }

    private async Task<bool> WaitAsync(BoundResource resource, Task<IqResult> answer)
    {
        var received = long.MaxValue;
        while (true)
        {
            try
            {
                await Task.WhenAny(answer, resource.Departed).WaitAsync(AnswerTime, clock).ConfigureAwait(false);
                // Who says goodbye in order, when nothing waited for it any more, has read before; who vanishes may not have.
                return resource is { Ended: EndReason.Closed, HadEverything: true } || (answer.IsCompleted && !PendingRequests.IsNoAnswer(await answer.ConfigureAwait(false)));
            }
            catch (TimeoutException)
            {
                var now = resource.Traffic.In.Stanzas;
                if (now > received) return true;
                received = now;
            }
        }
    }
}
