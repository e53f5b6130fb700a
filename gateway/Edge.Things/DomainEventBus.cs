using System.Collections.Concurrent;
using System.Collections.Immutable;

using Microsoft.Extensions.Logging;

namespace Edge.Things;

/// <summary>The one <see cref="IDomainEvents"/> of the process: handlers by event type, copied on change, called in order of subscription.</summary>
internal sealed partial class DomainEventBus(ILogger<DomainEventBus> logger) : IDomainEvents
{
    private readonly ConcurrentDictionary<Type, ImmutableArray<Delegate>> _handlers = new();

    public IDisposable Subscribe<T>(Func<T, CancellationToken, ValueTask> handler) where T : class
    {
        _handlers.AddOrUpdate(typeof(T), _ => [handler], (_, all) => all.Add(handler));
        return new Subscription(this, typeof(T), handler);
    }

    public async ValueTask PublishAsync<T>(T domainEvent, CancellationToken cancel = default) where T : class
    {
        if (!_handlers.TryGetValue(typeof(T), out var handlers)) return;

        foreach (var handler in handlers)
        {
            try
            {
                await ((Func<T, CancellationToken, ValueTask>)handler)(domainEvent, cancel).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Whoever listens must not be able to break whoever speaks.
            catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogHandlerFailed(typeof(T).Name, e);
            }
        }
    }

    private void Remove(Type type, Delegate handler) =>
        _handlers.AddOrUpdate(type, _ => [], (_, all) => all.Remove(handler));

    [LoggerMessage(EventId = 4000, Level = LogLevel.Error, Message = "A handler of {Event} failed; the others go on")]
    private partial void LogHandlerFailed(string @event, Exception error);

    private sealed class Subscription(DomainEventBus bus, Type type, Delegate handler) : IDisposable
    {
        public void Dispose() => bus.Remove(type, handler);
    }
}
