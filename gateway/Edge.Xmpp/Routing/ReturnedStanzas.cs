using Edge.Things;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Wire;

using Microsoft.Extensions.Logging;

namespace Edge.Xmpp.Routing;

/// <summary>Finds another way for what a client never acknowledged (XEP-0198 §4): messages go to the account's other clients or wait, requests are
/// answered with an error, everything else was for that client alone.</summary>
internal sealed partial class ReturnedStanzas(
    MessageRouter messages, SessionTable sessions, StanzaGates gates, XmppDomain domain, ILogger<ReturnedStanzas> logger) : IUndelivered
{
    private const string Carbons = "urn:xmpp:carbons:2";

    public async ValueTask ReturnAsync(BoundResource gone, IReadOnlyList<UndeliveredStanza> stanzas, CancellationToken cancel)
    {
        var stored = gone.Get<StoredDeliveries>();
        foreach (var undelivered in stanzas)
        {
            if (stored?.Has(undelivered.Bytes) == true) continue; // it is not lost

            try
            {
                await ReturnAsync(gone.Jid, undelivered, cancel).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
            {
                LogFailed(e, gone.Jid.ToString()); // the others have their way still
            }
        }
    }

    private async ValueTask ReturnAsync(Jid gone, UndeliveredStanza undelivered, CancellationToken cancel)
    {
        var stanza = Parse(undelivered.Bytes);
        if (!Jid.TryParse(stanza.From, out var from)) return;

        var sender = new ReturnAddress(from, sessions, gates.Outside, domain);
        if (stanza is { Kind: StanzaKind.Iq, Type: "get" or "set" })
        {
            StanzaRouter.Refuse(sender, stanza, gone, StanzaError.ServiceUnavailable);
            return;
        }

        // A copy is for one client; another gets its own.
        if (stanza.Kind != StanzaKind.Message || stanza.ChildNamespace == Carbons) return;

        // The account may have blocked the sender since.
        var verdict = await gates.Filters.CheckAsync(from, gone.Bare, stanza.Kind, stanza.Type, cancel).ConfigureAwait(false);
        if (!verdict.IsStopped) await ReturnAsync(sender, stanza, undelivered.At, gone.Bare, cancel).ConfigureAwait(false);
        else if (verdict.Error is { } error) StanzaRouter.Refuse(sender, stanza, gone, error);
    }

    private ValueTask ReturnAsync(ReturnAddress sender, Stanza message, DateTimeOffset at, Jid account, CancellationToken cancel)
    {
        // What was sent to the account went to all of its clients that were there.
        var isForAll = Jid.TryParse(XmlTokens.Decode(message.ToBytes), out var to) && to.IsBare;
        return messages.AgainAsync(sender, Parse(DelayStamp.Add(message.Bytes, domain.Name, at)), account, isForAll ? at : null, cancel);
    }

    private static Stanza Parse(ReadOnlyMemory<byte> bytes) => StanzaParser.Parse(bytes.ToArray(), StreamHeader.Plain, XmlText.OwnLimits);

    [LoggerMessage(EventId = 3201, Level = LogLevel.Error, Message = "A stanza that {Client} did not get found no other way")]
    private partial void LogFailed(Exception e, string client);
}

/// <summary>Who sent a stanza some time ago: he may have gone himself.</summary>
internal sealed class ReturnAddress(Jid jid, SessionTable sessions, OutsideDomains outside, XmppDomain domain) : IStanzaSource
{
    public Jid Jid { get; } = jid;

    public Jid Bare { get; } = jid.Bare;

    public RequestChains? Requests => null;

    public ReadOnlyMemory<byte> Stamped(Stanza stanza) => stanza.Bytes;

    public bool TryDeliver(ReadOnlyMemory<byte> stanza) =>
        domain.IsAccount(Jid) ? sessions.Find(Jid)?.TryDeliver(stanza) == true : outside.Find(Jid.Domain)?.TryDeliver(Jid.Domain, stanza) == true;
}
