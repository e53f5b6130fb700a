using Edge.Xmpp.Routing;

using Microsoft.Extensions.Logging;

namespace Edge.Xmpp.Sessions;

/// <summary>Sees a resource off that goes for good: nobody finds it any more, who saw it is told, and what it did not get goes back.</summary>
internal sealed partial class ResourceDeparture(
    SessionRegister register, PendingRequests pending, IPresenceBroker presence, IEnumerable<IUndelivered> undelivered, ILogger<ResourceDeparture> logger)
{
    /// <summary>Does it, once for each resource; it does not throw. When it returns, nobody finds the resource; the rest is done on another thread, for
    /// the caller may be a timer's, or somebody who only sent a stanza.</summary>
    public async Task SeeOffAsync(BoundResource bound)
    {
        register.Sessions.Remove(bound);
        register.Metrics.Left(bound);
        pending.Gone(bound.Jid);
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await TryAsync(bound, presence.GoneAsync(bound, CancellationToken.None)).ConfigureAwait(false);
        var stanzas = bound.Conclude();
        foreach (var taker in stanzas.Count == 0 ? [] : undelivered)
            await TryAsync(bound, taker.ReturnAsync(bound, stanzas, CancellationToken.None)).ConfigureAwait(false);
        bound.SetDeparted();
    }

    // Whatever fails, the place must become free.
    private async ValueTask TryAsync(BoundResource bound, ValueTask step)
    {
        try
        {
            await step.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            LogFailed(e, bound.Jid.ToString());
        }
    }

    [LoggerMessage(EventId = 3003, Level = LogLevel.Error, Message = "{Client} went, and not everything that follows from it could be done")]
    private partial void LogFailed(Exception e, string client);
}
