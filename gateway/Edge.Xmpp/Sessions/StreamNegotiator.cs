using System.Xml.Linq;

using Edge.Xmpp.Sessions.Negotiation;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Sessions;

/// <summary>Takes a connection from its first byte to a bound resource: stream by stream, feature by feature (RFC 6120 §4.3).</summary>
internal sealed class StreamNegotiator(SessionHost host, NegotiationState state)
{
    /// <exception cref="XmppStreamException">The stream ends with this error.</exception>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (true)
        {
            var part = await state.Stream.ReadAsync(cancel).ConfigureAwait(false);
            if (part.Header is not { } header) throw new XmppStreamException(StreamErrors.BadFormat, "There is no stream.");

            await state.Stream.OpenAsync(StreamOpening.Answer(host.Domain.Name, header.From), cancel).ConfigureAwait(false);
            Check(header);
            var features = new XElement(XmppNames.Stream + "features", host.Steps.SelectMany(s => s.Offer(state)));
            await state.Stream.WriteAsync(features, cancel).ConfigureAwait(false);
            if (await NegotiateAsync(cancel).ConfigureAwait(false) == StepOutcome.Done) return;
        }
    }

    private async Task<StepOutcome> NegotiateAsync(CancellationToken cancel)
    {
        while (true)
        {
            var part = await state.Stream.ReadAsync(cancel).ConfigureAwait(false);
            if (part.IsEnd) throw new EndOfStreamException("The client closed its stream before it was bound.");

            var element = part.Stanza!;
            var step = host.Steps.FirstOrDefault(s => s.Takes(state, element)) ?? throw Unexpected(element);
            var outcome = await step.RunAsync(state, element, cancel).ConfigureAwait(false);
            if (outcome == StepOutcome.Continue) continue;
            if (outcome == StepOutcome.Restart) state.Stream.Restart();
            return outcome;
        }
    }

    private static XmppStreamException Unexpected(Stanza element) => element.Kind != StanzaKind.Other
        ? new(StreamErrors.NotAuthorized, "Sign in, and bind a resource, first.")
        : new(StreamErrors.UnsupportedStanzaType, "This is not offered now.");

    private void Check(StreamHeader header)
    {
        if (header.Namespace != XmppNames.StreamNamespace) throw new XmppStreamException(StreamErrors.InvalidNamespace, "This is no XMPP stream.");
        if (header.Name != "stream") throw new XmppStreamException(StreamErrors.BadFormat, "A stream begins with 'stream'.");
        if (header.DefaultNamespace != XmppNames.ClientNamespace && header.Prefixes.All(p => p.Value != XmppNames.ClientNamespace))
            throw new XmppStreamException(StreamErrors.InvalidNamespace, "Clients speak jabber:client here.");
        if (header.Version is null || !header.Version.StartsWith("1.", StringComparison.Ordinal))
            throw new XmppStreamException(StreamErrors.UnsupportedVersion, "XMPP 1.0 is spoken here.");
        if (header.To is null) throw new XmppStreamException(StreamErrors.HostUnknown, $"Name the server in 'to': {host.Domain.Name}.");
        if (!string.Equals(header.To, host.Domain.Name, StringComparison.OrdinalIgnoreCase))
            throw new XmppStreamException(StreamErrors.HostUnknown, $"This is {host.Domain.Name} (things:domain).");
    }
}
