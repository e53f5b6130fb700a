using Edge.Things;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Wire;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Routing;

/// <summary>Routes messages by type, resource and priority (RFC 6121 §8.5).</summary>
internal sealed class MessageRouter(
    XmppDomain domain, SessionTable sessions, HostDispatcher dispatcher, MessageFollowers followers, IOptions<XmppOptions> options)
{
    public ValueTask RouteAsync(IStanzaSource sender, Stanza stanza, Jid to, CancellationToken cancel)
    {
        NoteSent(sender, stanza, to);
        if (to.Local.Length == 0) return ToHostAsync(sender, stanza, to, cancel);
        if (domain.IsAccount(to)) return ToAccountAsync(sender, stanza, to, cancel);

        // `user@things.domain`: no service has accounts.
        Refuse(sender, stanza, to, StanzaError.ServiceUnavailable);
        return ValueTask.CompletedTask;
    }

    /// <summary>Tells who makes copies of what a client here sends.</summary>
    public void NoteSent(IStanzaSource sender, Stanza stanza, Jid to)
    {
        if (sender is not BoundResource client) return;

        foreach (var copies in followers.Copies) copies.Sent(client, stanza, to);
    }

    /// <summary>Tells the sender that a message of which others were told goes nowhere; they are told of that, too.</summary>
    public void Refuse(IStanzaSource sender, Stanza stanza, Jid to, StanzaError error)
    {
        StanzaRouter.Refuse(sender, stanza, to, error);
        if (sender is not BoundResource client || stanza.Type == "error" || sessions.Of(client.Bare.Local).Count < 2) return;

        var answer = StanzaParser.Parse(Replies.Error(stanza, client.Jid, to.ToString(), error), StreamHeader.Plain, XmlText.OwnLimits);
        NoteReceived(new ServiceSource(to), answer, client.Jid, client);
    }

    /// <summary>To whom RFC 6121 §8.5 says.</summary>
    public ValueTask ToAccountAsync(IStanzaSource sender, Stanza stanza, Jid to, CancellationToken cancel)
    {
        if (!to.IsBare && sessions.Find(to) is { } exact && exact.TryDeliver(sender.Stamped(stanza)))
        {
            NoteReceived(sender, stanza, to, exact);
            return ValueTask.CompletedTask;
        }

        switch (stanza.Type)
        {
            // §8.5.2.1.1, §8.5.3.2.1: dropped where nobody takes it.
            case "error":
                return ValueTask.CompletedTask;
            case "headline":
                return to.IsBare && ToAvailable(sender, stanza, to) ? ValueTask.CompletedTask : KeepIfAskedAsync(sender, stanza, to, cancel);
            case "groupchat":
                // Who sends it is told in any case: a room must know that somebody has left.
                Refuse(sender, stanza, to, StanzaError.ServiceUnavailable);
                return KeepIfAskedAsync(sender, stanza, to, cancel);
            case "chat": break;
            case var _ when to.IsBare: break; // normal, and what nobody knows (§5.2.2)
            default:
                if (MessageHints.AsksForStoring(stanza)) return ToNobodyAsync(sender, stanza, to, cancel);
                Refuse(sender, stanza, to, StanzaError.ServiceUnavailable);
                return ValueTask.CompletedTask;
        }

        return ToAvailable(sender, stanza, to) ? ValueTask.CompletedTask : ToNobodyAsync(sender, stanza, to, cancel);
    }

    /// <summary>Finds another way for a message that a client of <paramref name="account"/> did not get (XEP-0198 §4).</summary>
    /// <param name="sender">Who sent it, and is told where there is no other way.</param>
    /// <param name="stanza">The message.</param>
    /// <param name="account">Whose it is, bare.</param>
    /// <param name="sentToAll">When it went to all clients of the account that were there; null where it went to one.</param>
    /// <param name="cancel">The server stops.</param>
    public ValueTask AgainAsync(IStanzaSource sender, Stanza stanza, Jid account, DateTimeOffset? sentToAll, CancellationToken cancel)
    {
        if (stanza.Type == "error") return ValueTask.CompletedTask;
        if (stanza.Type is "headline" or "groupchat") return KeepIfAskedAsync(sender, stanza, account, cancel);

        var isTaken = sentToAll is { } at ? ToLater(sender, stanza, account, at) : ToAvailable(sender, stanza, account);
        return isTaken ? ValueTask.CompletedTask : ToNobodyAsync(sender, stanza, account, cancel);
    }

    /// <summary>To those who came after a message had gone to all.</summary>
    /// <returns>True where somebody has it, one of these or one of those.</returns>
    private bool ToLater(IStanzaSource sender, Stanza stanza, Jid account, DateTimeOffset at)
    {
        var isTaken = false;
        foreach (var resource in sessions.Of(account.Local))
        {
            if (resource is { IsAvailable: true, Priority: >= 0 }) isTaken |= resource.TookMessagesAt(at) || resource.TryDeliver(sender.Stamped(stanza));
        }

        return isTaken;
    }

    /// <summary>§8.5.2.1.1: negative priority means "nothing that is not meant for me alone". All others get it: to choose one of them would
    /// leave the person's other devices unaware where they do not know of carbons.</summary>
    private bool ToAvailable(IStanzaSource sender, Stanza stanza, Jid to)
    {
        var bytes = default(ReadOnlyMemory<byte>);
        var isDelivered = false;
        var resources = sessions.Of(to.Local);
        for (var i = 0; i < resources.Count; i++) // an enumerator would be an object for each message
        {
            var resource = resources[i];
            if (resource is not { IsAvailable: true, Priority: >= 0 }) continue;
            if (bytes.IsEmpty) bytes = sender.Stamped(stanza);
            isDelivered |= resource.TryDeliver(bytes);
        }

        if (isDelivered) NoteReceived(sender, stanza, to, null);
        return isDelivered;
    }

    /// <summary>Keeps what would be dropped, for later, where its sender asks for that (XEP-0334 §4.4) and nobody is there.</summary>
    private async ValueTask KeepIfAskedAsync(IStanzaSource sender, Stanza stanza, Jid to, CancellationToken cancel)
    {
        if (!MessageHints.AsksForStoring(stanza)) return;

        foreach (var taker in followers.Undeliverable)
        {
            if ((await taker.TakeAsync(sender, stanza, to, cancel).ConfigureAwait(false)).Step != UndeliverableStep.NotMine) return;
        }
    }

    private async ValueTask ToNobodyAsync(IStanzaSource sender, Stanza stanza, Jid to, CancellationToken cancel)
    {
        foreach (var taker in followers.Undeliverable)
        {
            var outcome = await taker.TakeAsync(sender, stanza, to, cancel).ConfigureAwait(false);
            switch (outcome.Step)
            {
                case UndeliverableStep.Taken:
                case UndeliverableStep.Again when ToAvailable(sender, stanza, to):
                    return;
                case UndeliverableStep.Refused:
                    Refuse(sender, stanza, to, outcome.Error!);
                    return;
            }
        }

        Refuse(sender, stanza, to, StanzaError.ServiceUnavailable);
    }

    private void NoteReceived(IStanzaSource sender, Stanza stanza, Jid to, BoundResource? exact)
    {
        foreach (var copies in followers.Copies) copies.Received(sender, stanza, to, exact);
    }

    private ValueTask ToHostAsync(IStanzaSource sender, Stanza stanza, Jid to, CancellationToken cancel)
    {
        if (!to.IsBare || dispatcher.Hosts.Find(domain.ServiceOf(to)!) is not { } host)
        {
            Refuse(sender, stanza, to, StanzaError.ServiceUnavailable);
            return ValueTask.CompletedTask;
        }

        if (sender.Requests is not { } requests) return new(TakeAsync(sender, host, stanza, to, cancel));

        var limit = options.Value.MaxRequestsPerSession;
        if (!requests.TryRun(sender.TurnsAt(host.Host.Name), limit, () => TakeAsync(sender, host, stanza, to, cancel)))
            Refuse(sender, stanza, to, RequestChains.Full(limit));
        return ValueTask.CompletedTask;
    }

    private async Task TakeAsync(IStanzaSource sender, HostHandlers host, Stanza stanza, Jid to, CancellationToken cancel)
    {
        if (!await dispatcher.TakeMessageAsync(host, sender.Jid, to, stanza.ToElement(), cancel).ConfigureAwait(false))
            Refuse(sender, stanza, to, StanzaError.ServiceUnavailable);
    }
}

/// <summary>Who follows messages on their way (<see cref="IMessageCopies"/>), and who takes those that nobody takes (<see cref="IUndeliverable"/>).</summary>
internal sealed class MessageFollowers(IEnumerable<IMessageCopies> copies, IEnumerable<IUndeliverable> undeliverable)
{
    public IMessageCopies[] Copies { get; } = [.. copies];

    public IUndeliverable[] Undeliverable { get; } = [.. undeliverable];
}
