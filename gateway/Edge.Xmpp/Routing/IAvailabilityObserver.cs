namespace Edge.Xmpp.Routing;

/// <summary>Hears which clients are there for their account (RFC 6121 §4). Called in the loop of the client's own session. Found through the container.</summary>
internal interface IAvailabilityObserver
{
    /// <summary>A client is about to be available with this priority, for the first time or anew; nobody knows yet.</summary>
    ValueTask ComingAsync(BoundResource resource, int priority, CancellationToken cancel) => ValueTask.CompletedTask;

    /// <summary>A client has sent presence to everybody, and they have been told.</summary>
    /// <param name="resource">The client, with its new presence and priority.</param>
    /// <param name="former">Its priority before; null where it was not available.</param>
    /// <param name="cancel">Its session ends.</param>
    ValueTask AvailableAsync(BoundResource resource, int? former, CancellationToken cancel) => ValueTask.CompletedTask;

    /// <summary>A client that was available is so no more.</summary>
    ValueTask UnavailableAsync(BoundResource resource, CancellationToken cancel) => ValueTask.CompletedTask;
}
