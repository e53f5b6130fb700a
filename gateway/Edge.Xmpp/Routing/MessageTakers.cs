namespace Edge.Xmpp.Routing;

/// <summary>Notes since when a client has taken messages to its account (RFC 6121 §8.5.2.1.1): a message that another client never acknowledged went to
/// those who were there before it. Noted late rather than early: in doubt somebody gets a message twice, not never.</summary>
internal sealed class MessageTakers(TimeProvider clock) : IAvailabilityObserver
{
    /// <inheritdoc/>
    public ValueTask AvailableAsync(BoundResource resource, int? former, CancellationToken cancel)
    {
        if (resource.Priority < 0) resource.TakesMessages(since: null);
        else if (former is null or < 0) resource.TakesMessages(clock.GetUtcNow());
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask UnavailableAsync(BoundResource resource, CancellationToken cancel)
    {
        resource.TakesMessages(since: null);
        return ValueTask.CompletedTask;
    }
}
