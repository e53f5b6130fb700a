using Microsoft.Extensions.Logging;

namespace Edge.Xmpp.Routing;

/// <summary>All observers of availability. One that fails is our bug, or the storage's: the others and the client go on.</summary>
internal sealed partial class AvailabilityObservers(IEnumerable<IAvailabilityObserver> observers, ILogger<AvailabilityObservers> logger)
{
    private readonly IAvailabilityObserver[] _observers = [.. observers];

    public ValueTask ComingAsync(BoundResource resource, int priority, CancellationToken cancel) =>
        TellAsync(resource, o => o.ComingAsync(resource, priority, cancel), cancel);

    public ValueTask AvailableAsync(BoundResource resource, int? former, CancellationToken cancel) =>
        TellAsync(resource, o => o.AvailableAsync(resource, former, cancel), cancel);

    public ValueTask UnavailableAsync(BoundResource resource, CancellationToken cancel) =>
        TellAsync(resource, o => o.UnavailableAsync(resource, cancel), cancel);

    private async ValueTask TellAsync(BoundResource resource, Func<IAvailabilityObserver, ValueTask> tell, CancellationToken cancel)
    {
        foreach (var observer in _observers)
        {
            try
            {
                await tell(observer).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
            {
                LogFailed(e, observer.GetType().Name, resource.Jid.ToString());
            }
        }
    }

    [LoggerMessage(EventId = 3200, Level = LogLevel.Error, Message = "{Observer} failed at the presence of {Client}")]
    private partial void LogFailed(Exception e, string observer, string client);
}
