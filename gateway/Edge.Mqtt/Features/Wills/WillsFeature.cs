using Edge.Mqtt.Sessions;
using Edge.Storage;

using Microsoft.Extensions.Logging;

namespace Edge.Mqtt.Features.Wills;

/// <summary>A will as it is stored.</summary>
internal sealed record StoredWill(string Topic, byte[] Payload, MqttQoS QoS, bool Retain);

/// <summary>
/// Publishes what a client left to be said when its connection ends without DISCONNECT ([MQTT-3.1.2-8]). Wills are stored while their clients are
/// connected: after a power cut they are published at the next start, so that nobody stays "online" who is not.
/// </summary>
internal sealed partial class WillsFeature(IStorage storage, Journal journal, IMqttPublisher publisher, ILogger<WillsFeature> logger) : IMqttFeature
{
    private const string Store = "mqtt-wills";

    public MqttStage Stage => MqttStage.Deliver;

    public async ValueTask OnStartingAsync(CancellationToken cancel)
    {
        var left = new List<KeyValuePair<string, StoredWill>>();
        await foreach (var will in storage.Open<StoredWill>(Store).ListAsync(cancel: cancel).ConfigureAwait(false)) left.Add(will);
        foreach (var (key, will) in left)
        {
            await PublishAsync(new(will.Topic, will.Payload, will.QoS, will.Retain), cancel).ConfigureAwait(false);
            await journal.PostAsync(batch => batch.Delete(Store, key), cancel).ConfigureAwait(false);
        }
    }

    public async ValueTask OnConnectedAsync(IMqttSession session, CancellationToken cancel)
    {
        if (session.Will is not { } will) return;

        var stored = new StoredWill(will.Topic, will.Payload.ToArray(), will.QoS, will.Retain);
        await journal.PostAsync(batch => batch.Save(Store, Key(session), stored), cancel).ConfigureAwait(false);
    }

    public async ValueTask OnDisconnectedAsync(IMqttSession session, MqttDisconnected disconnected, CancellationToken cancel)
    {
        if (session.Will is not { } will) return;

        if (!disconnected.IsOrderly) await PublishAsync(will, cancel).ConfigureAwait(false);
        await journal.PostAsync(batch => batch.Delete(Store, Key(session)), cancel).ConfigureAwait(false);
    }

    private static string Key(IMqttSession session) => new SessionKey(session.Identity.IsBootstrap ? "?" : session.Identity.Subject, session.ClientId).ToString();

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
}
