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
        var disconnected = new MqttDisconnected(reason, live.State.IsPersistent, reason == EndReason.TakenOver);
        try
        {
            foreach (var feature in features.Disconnected) await TellAsync(feature, live, disconnected).ConfigureAwait(false);
        }
        finally
        {
            sessions.Close(live, clock.GetUtcNow());
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
}
