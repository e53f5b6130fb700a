using Edge.Things;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Wire;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Routing;

/// <summary>Routes messages by type, resource and priority (RFC 6121 §8.5).</summary>
internal sealed class MessageRouter(XmppDomain domain, SessionTable sessions, HostDispatcher dispatcher, IOptions<XmppOptions> options)
{
    public ValueTask RouteAsync(BoundResource sender, Stanza stanza, Jid to, CancellationToken cancel)
    {
        if (to.Local.Length == 0)
        {
            ToHost(sender, stanza, to, cancel);
            return ValueTask.CompletedTask;
        }

        // `user@things.domain`: no service has accounts.
        if (!domain.IsAccount(to) || !TryDeliver(to, stanza.Type, () => stanza.Stamp(sender.Stamp, sender.LanguageStamp)))
            StanzaRouter.Refuse(sender, stanza, to, StanzaError.ServiceUnavailable);
        return ValueTask.CompletedTask;
    }

    /// <summary>Delivers a message to whom RFC 6121 §8.5 says.</summary>
    /// <returns>False where its sender is due an error.</returns>
    public bool TryDeliver(Jid to, string? type, Func<ReadOnlyMemory<byte>> stanza)
    {
        if (!to.IsBare && sessions.Find(to) is { } exact)
        {
            exact.TryDeliver(stanza());
            return true;
        }

        switch (type)
        {
            case "error": return true; // §8.5.2.1.1, §8.5.3.2.1: dropped where nobody takes it
            case "groupchat": return false;
            case "headline" when !to.IsBare: return true;
        }

        ReadOnlyMemory<byte>? bytes = null;
        foreach (var resource in sessions.Of(to.Local))
        {
            // §8.5.2.1.1: negative priority means "nothing that is not meant for me alone". All others get it: without carbons
            // (XEP-0280), one of them alone would leave the person's other devices unaware.
            if (resource is { IsAvailable: true, Priority: >= 0 }) resource.TryDeliver(bytes ??= stanza());
        }

        return bytes is not null || type == "headline";
    }

    private void ToHost(BoundResource sender, Stanza stanza, Jid to, CancellationToken cancel)
    {
        if (!to.IsBare || dispatcher.Hosts.Find(domain.ServiceOf(to)!) is not { } host)
        {
            StanzaRouter.Refuse(sender, stanza, to, StanzaError.ServiceUnavailable);
            return;
        }

        var limit = options.Value.MaxRequestsPerSession;
        if (!sender.Requests.TryRun(host.Host.Name, limit, () => TakeAsync(sender, host, stanza, to, cancel)))
        {
            var error = StanzaError.ResourceConstraint with { Text = $"{limit} requests are being worked on (xmpp:maxRequestsPerSession). Wait for one." };
            StanzaRouter.Refuse(sender, stanza, to, error);
        }
    }

    private async Task TakeAsync(BoundResource sender, HostHandlers host, Stanza stanza, Jid to, CancellationToken cancel)
    {
        if (!await dispatcher.TakeMessageAsync(host, sender.Jid, to, stanza.ToElement(), cancel).ConfigureAwait(false))
            StanzaRouter.Refuse(sender, stanza, to, StanzaError.ServiceUnavailable);
    }
}
