using Edge.Mqtt.Features;
using Edge.Transport;

using Microsoft.Extensions.Logging;

namespace Edge.Mqtt.Sessions;

/// <summary>The end of a connection that had a session: every feature hears of it, then the session is free for its next connection.</summary>
internal sealed partial class Farewell(FeatureSet features, SessionRegistry sessions, TimeProvider clock, ILogger<Farewell> logger)
{
    public async Task SayAsync(LiveSession live, EndReason reason)
    {
        live.State.Detach(live);
        var disconnected = new MqttDisconnected(reason, live.State.ExpirySeconds > 0, reason == EndReason.TakenOver, live.WillWanted);
        try
        {
            foreach (var feature in features.Disconnected) await TellAsync(feature, live, disconnected).ConfigureAwait(false);
        }
        finally
        {
            await CloseAsync(live).ConfigureAwait(false);
        }
    }

    private async Task CloseAsync(LiveSession live)
    {
        try
        {
            await sessions.CloseAsync(live, clock.GetUtcNow()).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            LogNotDeleted(e, live.ClientId); // found again at the next start, and expires there
        }
    }

    // One feature's bug must not keep the others from hearing, nor the session from being closed.
    private async Task TellAsync(IMqttFeature feature, LiveSession live, MqttDisconnected disconnected)
    {
        try
        {
            await feature.OnDisconnectedAsync(live, disconnected, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            LogFailed(e, feature.GetType().Name, live.ClientId);
        }
    }

    [LoggerMessage(EventId = 2040, Level = LogLevel.Error, Message = "{Feature} failed when {ClientId} went")]
    private partial void LogFailed(Exception e, string feature, string clientId);

    [LoggerMessage(EventId = 2041, Level = LogLevel.Error, Message = "The session of {ClientId} is over, but could not be deleted from the store: free space on the disk")]
    private partial void LogNotDeleted(Exception e, string clientId);
}
