using Edge.Transport;

namespace Edge.Xmpp.Sessions;

/// <summary>Why a stream ends, for the log and for its client.</summary>
/// <param name="Reason">For the log and the counts.</param>
/// <param name="Fault">What the client is told; null where that is nothing but the end.</param>
/// <param name="Text">For the log.</param>
internal sealed record StreamEnd(EndReason Reason, StreamFault? Fault, string Text)
{
    public StreamEnd(EndReason reason, StreamFault fault) : this(reason, fault, fault.Text)
    {
    }
}
