using Edge.Things;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Routing;

/// <summary>Takes messages for accounts here that no client takes (RFC 6121 §8.5.2.2). Found through the container, asked in turn.</summary>
internal interface IUndeliverable
{
    /// <summary>Takes a message of type <c>normal</c> or <c>chat</c>. What is taken is safe when this returns.</summary>
    ValueTask<UndeliverableOutcome> TakeAsync(IStanzaSource sender, Stanza message, Jid to, CancellationToken cancel);
}

/// <summary>What became of a message that no client took.</summary>
internal readonly record struct UndeliverableOutcome(UndeliverableStep Step, StanzaError? Error)
{
    /// <summary>Its taker has no use for it: the next one, or an error for the sender.</summary>
    public static UndeliverableOutcome NotMine => default;

    /// <summary>It is in good hands, or dropped as it should be.</summary>
    public static UndeliverableOutcome Taken => new(UndeliverableStep.Taken, null);

    /// <summary>A client has come online meanwhile: deliver it.</summary>
    public static UndeliverableOutcome Again => new(UndeliverableStep.Again, null);

    /// <summary>The sender is told.</summary>
    public static UndeliverableOutcome Refused(StanzaError error) => new(UndeliverableStep.Refused, error);
}

/// <summary>See <see cref="UndeliverableOutcome"/>.</summary>
internal enum UndeliverableStep
{
    NotMine,
    Taken,
    Again,
    Refused,
}
