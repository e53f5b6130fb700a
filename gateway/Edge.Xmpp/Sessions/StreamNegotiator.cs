using System.Xml.Linq;

using Edge.Things;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Sessions.Negotiation;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Sessions;

/// <summary>Takes a connection from its first byte to a bound resource: stream by stream, feature by feature (RFC 6120 §4.3).</summary>
[Xep(0, "RFC 6120", Note = "Between clients and the server; servers do not connect to each other yet")]
internal sealed class StreamNegotiator(SessionHost host, NegotiationState state)
{
    /// <summary>Negotiates.</summary>
    /// <returns>False where the client closed its stream before it was bound.</returns>
    /// <exception cref="XmppStreamException">The stream ends with this error.</exception>
    /// <exception cref="PeerStreamException">The client ended it with an error of its own.</exception>
    public async Task<bool> RunAsync(CancellationToken cancel)
    {
        while (true)
        {
            var part = await state.Stream.ReadAsync(cancel).ConfigureAwait(false);
            if (part.IsEnd) return false;
            if (part.Header is not { } header) throw new XmppStreamException(StreamErrors.BadFormat, "There is no stream.");

            await state.Stream.OpenAsync(StreamOpening.Answer(host.Domain.Name, header.From), cancel).ConfigureAwait(false);
            Check(header);
            var features = new XElement(XmppNames.Stream + "features", host.Steps.SelectMany(s => s.Offer(state)));
            await state.Stream.WriteAsync(features, cancel).ConfigureAwait(false);
            if (await NegotiateAsync(cancel).ConfigureAwait(false) is not StepOutcome.Restart and var outcome) return outcome == StepOutcome.Done;
        }
    }

    private async Task<StepOutcome> NegotiateAsync(CancellationToken cancel)
    {
        while (true)
        {
            var part = await state.Stream.ReadAsync(cancel).ConfigureAwait(false);
            if (part.IsEnd) return StepOutcome.Closed;

            var element = part.Stanza!;
            var step = host.Steps.FirstOrDefault(s => s.Takes(state, element)) ?? throw Unexpected(element);
            var outcome = await step.RunAsync(state, element, cancel).ConfigureAwait(false);
            if (outcome == StepOutcome.Continue) continue;
            if (outcome == StepOutcome.Restart) state.Stream.Restart();
            return outcome;
        }
    }

    private static Exception Unexpected(Stanza element) => element.Kind != StanzaKind.Other
        ? new XmppStreamException(StreamErrors.NotAuthorized, "Sign in, and bind a resource, first.")
        : PeerStreamException.Find(element) ?? (Exception)new XmppStreamException(StreamErrors.UnsupportedStanzaType, "This is not offered now.");

    private void Check(StreamHeader header)
    {
        if (header.Namespace != XmppNames.StreamNamespace) throw new XmppStreamException(StreamErrors.InvalidNamespace, "This is no XMPP stream.");
        if (header.Name != "stream") throw new XmppStreamException(StreamErrors.BadFormat, "A stream begins with 'stream'.");
        if (header.DefaultNamespace != XmppNames.ClientNamespace && header.Prefixes.All(p => p.Value != XmppNames.ClientNamespace))
            throw new XmppStreamException(StreamErrors.InvalidNamespace, "Clients speak jabber:client here.");
        // §4.7.5: ours is the lower of both versions; only those of before 1.0 have no features.
        if (!Version.TryParse(header.Version, out var version) || version.Major < 1)
            throw new XmppStreamException(StreamErrors.UnsupportedVersion, "XMPP 1.0 is spoken here.");
        CheckTo(header.To);
        CheckFrom(header.From);
        if (host.Options.SeeOtherHost is { Length: > 0 } other)
            throw new XmppStreamException(StreamErrors.SeeOtherHost, $"Connect to {other}.") { Content = other };
    }

    private void CheckTo(string? to)
    {
        if (!Jid.TryParse(to, out var jid)) throw new XmppStreamException(StreamErrors.ImproperAddressing, $"Name the server in 'to': {host.Domain.Name}.");
        if (jid == host.Domain.Jid) return;

        var isFormer = host.Options.FormerDomains.Any(d => string.Equals(d.Trim(), to, StringComparison.OrdinalIgnoreCase));
        throw isFormer
            ? new XmppStreamException(StreamErrors.HostGone, $"This is {host.Domain.Name} now.")
            : new XmppStreamException(StreamErrors.HostUnknown, $"This is {host.Domain.Name} (things:domain).");
    }

    // §4.7.1: who has signed in and says who he is says the same.
    private void CheckFrom(string? from)
    {
        if (state.Account is { } account && Jid.TryParse(from, out var jid) && jid.Bare != host.Domain.Account(account.Name))
            throw new XmppStreamException(StreamErrors.InvalidFrom, "'from' names somebody else than the one who signed in.");
    }
}
