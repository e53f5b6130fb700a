namespace Edge.Things;

/// <summary>
/// How the parts of the domain, and the protocols around it, hear of each other without knowing each other. Handlers run one after
/// the other on the publisher's task; a handler that fails is logged and does not stop the others.
/// </summary>
public interface IDomainEvents
{
    /// <summary>Calls <paramref name="handler"/> for every event of type <typeparamref name="T"/> until the result is disposed.</summary>
    IDisposable Subscribe<T>(Func<T, CancellationToken, ValueTask> handler) where T : class;

    /// <summary>Hands <paramref name="domainEvent"/> to everyone who subscribed to its type.</summary>
    ValueTask PublishAsync<T>(T domainEvent, CancellationToken cancel = default) where T : class;
}
