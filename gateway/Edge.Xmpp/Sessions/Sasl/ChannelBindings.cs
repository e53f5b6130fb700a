using Edge.Identity.Sasl;
using Edge.Transport.Tls;
using Edge.Xmpp.Sessions.Negotiation;

namespace Edge.Xmpp.Sessions.Sasl;

/// <summary>What one connection's TLS can be bound to, as SCRAM asks for it.</summary>
internal sealed class ChannelBindings : IChannelBindings
{
    private readonly TlsFacts _tls;

    private ChannelBindings(TlsFacts tls, IReadOnlyList<string> types) => (_tls, Types) = (tls, types);

    public IReadOnlyList<string> Types { get; }

    /// <summary>Those of a connection; null where there is nothing to bind to: no TLS, or TLS that ends at a proxy.</summary>
    public static ChannelBindings? Of(NegotiationState state) =>
        state.Tls is { } tls && tls.BindingTypes.ToList() is { Count: > 0 } types ? new(tls, types) : null;

    // One more is taken than is announced: a widespread client (slixmpp 1.8) knows tls-unique only, and chooses it unasked.
    public byte[]? Find(string type) => type == ChannelBinding.Unique || Types.Contains(type, StringComparer.Ordinal) ? _tls.Binding(type) : null;
}
