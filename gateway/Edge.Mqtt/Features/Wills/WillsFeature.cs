using System.Collections.Concurrent;

using Edge.Mqtt.Sessions;
using Edge.Storage;
using Edge.Transport;

using Microsoft.Extensions.Logging;

namespace Edge.Mqtt.Features.Wills;

/// <summary>A will as it is stored.</summary>
internal sealed record StoredWill(string Topic, byte[] Payload, MqttQoS QoS, bool Retain, MqttMessageProperties? Properties = null, uint DelaySeconds = 0)
{
    public static StoredWill Of(MqttMessage will, uint delaySeconds) => new(will.Topic, will.Payload.ToArray(), will.QoS, will.Retain, will.Properties, delaySeconds);

    public MqttMessage ToMessage() => new(Topic, Payload, QoS, Retain) { Properties = Properties };
}

/// <summary>
/// Publishes what a client left to be said when its connection ends without DISCONNECT ([MQTT-3.1.2-8]), at once or, where a client of MQTT 5 asked for a delay,
/// when it has not come back by then or its session is over ([MQTT-3.1.2-8]). Wills are stored while their clients are connected: after a power cut
/// they are published at the next start, or the delay after it, so that nobody stays "online" who is not.
/// </summary>
internal sealed partial class WillsFeature(
    IStorage storage, Journal journal, IMqttPublisher publisher, BrokerTransport transport, ILogger<WillsFeature> logger) : IMqttFeature, IHeartbeatHandler
{
    private const string Store = "mqtt-wills";

    private readonly ConcurrentDictionary<string, DelayedWill> _delayed = new(StringComparer.Ordinal);

    public MqttStage Stage => MqttStage.Deliver;

    public async ValueTask OnStartingAsync(CancellationToken cancel)
    {
        transport.Heartbeat.Add(this);
        var left = new List<KeyValuePair<string, StoredWill>>();
        await foreach (var will in storage.Open<StoredWill>(Store).ListAsync(cancel: cancel).ConfigureAwait(false)) left.Add(will);
        foreach (var (key, will) in left)
        {
            // Its client may come back within the delay, as if the network had been away ([MQTT-3.1.3-9]).
            if (will.DelaySeconds > 0)
            {
                _delayed[key] = new(will.ToMessage(), transport.Clock.GetUtcNow().AddSeconds(will.DelaySeconds));
                continue;
            }

            await PublishAsync(will.ToMessage(), cancel).ConfigureAwait(false);
            await journal.PostAsync(batch => batch.Delete(Store, key), cancel).ConfigureAwait(false);
        }
    }

    public async ValueTask OnConnectedAsync(IMqttSession session, CancellationToken cancel)
    {
        var key = Key(session);
        var cameBack = _delayed.TryRemove(key, out _);
        if (session.Will is { } will)
        {
            var stored = StoredWill.Of(will, Math.Min(session.WillDelaySeconds, session.ExpirySeconds));
            await journal.PostAsync(batch => batch.Save(Store, key, stored), cancel).ConfigureAwait(false);
        }
        else if (cameBack)
        {
            await journal.PostAsync(batch => batch.Delete(Store, key), cancel).ConfigureAwait(false);
        }
    }

    public async ValueTask OnDisconnectedAsync(IMqttSession session, MqttDisconnected disconnected, CancellationToken cancel)
    {
        if (session.Will is not { } will) return;

        var key = Key(session);
        if (!session.Identity.MayWrite(will.Topic))
        {
            LogNotPublished(will.Topic, "its token does not grant write there any more");
            await journal.PostAsync(batch => batch.Delete(Store, key), cancel).ConfigureAwait(false);
            return;
        }

        if (!disconnected.IsOrderly && disconnected.SessionRemains && session.WillDelaySeconds > 0)
        {
            _delayed[key] = new(will, transport.Clock.GetUtcNow().AddSeconds(session.WillDelaySeconds));
            return;
        }

        if (!disconnected.IsOrderly) await PublishAsync(will, cancel).ConfigureAwait(false);
        await journal.PostAsync(batch => batch.Delete(Store, key), cancel).ConfigureAwait(false);
    }

    public ValueTask OnSessionEndedAsync(string subject, string clientId, CancellationToken cancel) =>
        _delayed.TryRemove(new SessionKey(subject, clientId).ToString(), out var delayed) ? SayAsync(new SessionKey(subject, clientId).ToString(), delayed.Will) : default;

    /// <summary>Publishes the wills whose clients have not come back in time.</summary>
    public void OnHeartbeat(long timestamp, DateTimeOffset now)
    {
        foreach (var (key, delayed) in _delayed)
        {
            if (delayed.At <= now && _delayed.TryRemove(new(key, delayed))) _ = SayAsync(key, delayed.Will).AsTask();
        }
    }

    private static string Key(IMqttSession session) => new SessionKey(session.Identity.IsBootstrap ? "?" : session.Identity.Subject, session.ClientId).ToString();

    private async ValueTask SayAsync(string key, MqttMessage will)
    {
        await PublishAsync(will, CancellationToken.None).ConfigureAwait(false);
        journal.TryPost(batch => batch.Delete(Store, key));
    }

    private async ValueTask PublishAsync(MqttMessage will, CancellationToken cancel)
    {
        try
        {
            await publisher.PublishAsync(will, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ArgumentException) // the store does not take it, or the limits were lowered since
        {
            LogNotPublished(will.Topic, e.Message);
        }
    }

    [LoggerMessage(EventId = 2110, Level = LogLevel.Warning, Message = "The will for {Topic} was not published: {Error}")]
    private partial void LogNotPublished(string topic, string error);

    private sealed record DelayedWill(MqttMessage Will, DateTimeOffset At);
}
