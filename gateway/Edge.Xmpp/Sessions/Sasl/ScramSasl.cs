using Edge.Identity.Accounts;
using Edge.Identity.Sasl;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Sessions.Negotiation;

namespace Edge.Xmpp.Sessions.Sasl;

/// <summary>What every SCRAM mechanism needs.</summary>
internal sealed record ScramParts(IAccounts Accounts, ScramDecoys Decoys, IScramCoverage Coverage, XmppDomain Domain);

/// <summary>One SCRAM mechanism (RFC 5802, RFC 7677), plain or bound to the TLS below it (-PLUS).</summary>
internal sealed class ScramSasl(ScramMechanism scram, bool isPlus, int order, ScramParts parts) : ISaslMechanism
{
    public string Name { get; } = isPlus ? scram.Name + "-PLUS" : scram.Name;

    public int Order => order;

    public bool CanOffer(NegotiationState state) =>
        state.MaySignIn && (!isPlus || ChannelBindings.Of(state) is not null) && parts.Coverage.IsComplete(scram);

    public string WhenNotOffered(NegotiationState state) =>
        state.MaySignIn ? SaslConditions.InvalidMechanism : SaslConditions.EncryptionRequired;

    public ISaslExchange Begin(NegotiationState state) => new Exchange(new(scram, parts.Accounts, parts.Decoys, new()
    {
        // RFC 5802 §6: "y" is a lie where any -PLUS mechanism was on the list.
        Bindings = ChannelBindings.Of(state),
        MustBind = isPlus,
        MayActAs = (name, authzid) => SaslAuthzid.IsOwn(parts.Domain, name, authzid),
    }));

    private sealed class Exchange(ScramServer server) : ISaslExchange
    {
        public string? ClaimedName => server.Name;

        public ValueTask<SaslReply> NextAsync(string text, CancellationToken cancel) => server.NextAsync(text, cancel);
    }
}
