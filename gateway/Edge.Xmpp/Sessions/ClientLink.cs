using System.Xml.Linq;

using Edge.Transport;
using Edge.Xmpp.Tracing;

namespace Edge.Xmpp.Sessions;

/// <summary>A connection as its resource sees it: the way to the client, its end, and what is known of it. A resource may outlive its
/// connection and get another.</summary>
internal sealed class ClientLink(Outbox<ReadOnlyMemory<byte>> outbox, ConnectionFacts facts, Action<StreamEnd> end, CancellationToken ended)
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConnectionFacts Facts { get; } = facts;

    /// <summary>Cancelled as soon as somebody ends the connection.</summary>
    public CancellationToken Ended { get; } = ended;

    /// <summary>Completes when nothing more comes in over the connection.</summary>
    public Task Released => _released.Task;

    /// <summary>Writes down what passes, where an operator asked for that.</summary>
    public TraceFile? Trace { get; set; }

    /// <summary>What waits to be sent, in bytes.</summary>
    public long WaitingBytes => outbox.PendingBytes;

    /// <summary>Posts one whole element.</summary>
    /// <returns>False where the client reads too slowly.</returns>
    public bool TryPost(ReadOnlyMemory<byte> element)
    {
        if (!outbox.TryPost(element, element.Length)) return false;

        Trace?.Sent(element);
        return true;
    }

    /// <summary>True while less than half of the outbox is taken.</summary>
    public bool HasRoom => !outbox.IsFilledTo(0.5);

    /// <summary>Waits until nothing waits to be sent; for somebody who has much to send, and nobody waiting.</summary>
    /// <exception cref="OperationCanceledException">The connection ended.</exception>
    public async ValueTask WaitUntilSentAsync() => await outbox.WaitUntilBelowAsync(double.Epsilon, Ended).ConfigureAwait(false);

    /// <summary>Ends the connection.</summary>
    public void End(EndReason reason, string condition, string text, XElement? detail = null) =>
        end(new(reason, new StreamFault(condition, text) { Detail = detail }));

    public void SetReleased() => _released.TrySetResult();
}
