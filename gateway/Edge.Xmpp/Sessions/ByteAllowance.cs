using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Sessions;

/// <summary>How much a client, or a component, may send before it has signed in.</summary>
internal sealed class ByteAllowance(XmppOptions options)
{
    private long _received;

    /// <summary>The client is who it says: it may send without end.</summary>
    public bool IsLifted { get; private set; }

    public void Lift() => IsLifted = true;

    /// <exception cref="XmppStreamException">It is used up.</exception>
    public void Take(long bytes)
    {
        if (IsLifted) return;

        _received += bytes;
        if (_received > options.MaxUnauthenticatedBytes) throw UsedUp(options);
    }

    /// <summary>What ends the stream of a client that has used it up.</summary>
    public static XmppStreamException UsedUp(XmppOptions options) =>
        XmppStreamException.Policy($"More than {options.MaxUnauthenticatedBytes} bytes before signing in (xmpp:maxUnauthenticatedBytes).");
}
