using Edge.Xmpp.Sessions;

namespace Edge.Xmpp.Routing;

/// <summary>
/// Something of a module's between whoever delivers to a client and its connection: it may keep, hold, reorder or drop. Stages form a chain in
/// the order of <see cref="Order"/>, the connection last. All members are called under the lock of their resource: stanzas come one at
/// a time, and nothing here waits.
/// </summary>
internal abstract class DeliveryStage
{
    /// <summary>The lower is the nearer to the senders.</summary>
    public abstract int Order { get; }

    /// <summary>The next one on the way to the client.</summary>
    public DeliveryStage Next { get; set; } = null!;

    /// <summary>Takes one stanza.</summary>
    /// <returns>Null where it was taken; else why the client's session must end, with the key of the limit.</returns>
    public abstract string? Pass(ReadOnlyMemory<byte> stanza);

    /// <summary>The resource has a connection again (not called for its first).</summary>
    public virtual void OnAttached(ClientLink link)
    {
    }

    /// <summary>The connection is gone, and the resource stays.</summary>
    /// <returns>As <see cref="Pass"/>: it does not stay after all.</returns>
    public virtual string? OnDetached() => null;
}

/// <summary>The end of the chain: the connection, where there is one.</summary>
internal sealed class LinkStage(ClientLink link, SessionTraffic traffic) : DeliveryStage
{
    private const string Overflow = "More waits for this client than xmpp:outboxStanzas or xmpp:outboxBytes allow.";

    /// <summary>Null while the resource waits for its client to come back: the stage before this one keeps what comes.</summary>
    public ClientLink? Link { get; private set; } = link;

    public override int Order => int.MaxValue;

    public override string? Pass(ReadOnlyMemory<byte> stanza)
    {
        if (Link is null) return null;
        if (!Link.TryPost(stanza)) return Overflow;

        traffic.Sent(stanza.Span);
        return null;
    }

    public override void OnAttached(ClientLink link) => Link = link;

    public override string? OnDetached()
    {
        Link = null;
        return null;
    }
}
