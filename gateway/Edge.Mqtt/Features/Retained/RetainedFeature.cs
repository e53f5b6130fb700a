using System.Collections.Concurrent;

using Edge.Mqtt.Sessions;
using Edge.Mqtt.Topics;
using Edge.Transport;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.Retained;

/// <summary>Keeps the last message of a topic for whoever subscribes later, across restarts (MQTT 3.1.1 §3.3.1.3).</summary>
internal sealed class RetainedFeature(RetainedStore store, RetainedMessages messages, TimeProvider clock, Refusals refusals, Heartbeat heartbeat)
    : IMqttFeature, IHeartbeatHandler, IDisposable
{
    private readonly ConcurrentDictionary<IMqttSession, RetainedTour> _tours = new();

    public MqttStage Stage => MqttStage.Deliver;

    public static void AddServices(IServiceCollection services, IConfiguration section)
    {
        services.AddSingleton<RetainedMessages>();
        services.AddSingleton<RetainedStore>();
        services.AddSingleton<IMqttFigures>(p => p.GetRequiredService<RetainedMessages>());
        services.AddOptions<RetainedOptions>().Bind(section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RetainedOptions>, RetainedOptionsValidator>());
    }

    public async ValueTask OnStartingAsync(CancellationToken cancel)
    {
        await store.LoadAsync(cancel).ConfigureAwait(false);
        heartbeat.Add(this);
    }

    /// <inheritdoc/>
    public void OnHeartbeat(long timestamp, DateTimeOffset now)
    {
        foreach (var topic in messages.RemoveExpired(now)) store.FollowSoon(topic);
    }

    /// <inheritdoc/>
    public void Dispose() => heartbeat.Remove(this);

    public ValueTask OnPublishAsync(MqttPublishing publishing, CancellationToken cancel) => publishing.Retain ? RetainAsync(publishing.Session, publishing.Message, cancel) : default;

    // Members of a group get none, since nobody knows which of them should (MQTT 5.0 §4.8.2).
    public ValueTask OnSubscribedAsync(IMqttSession session, MqttSubscribed subscribed, CancellationToken cancel)
    {
        var (filter, options, isNew) = subscribed;
        if (options.RetainHandling == 2 || (options.RetainHandling == 1 && !isNew)) return default;
        if (messages.Count == 0 || SharedFilter.IsShared(filter)) return default;

        // One at a time for each client; a client that has all it asked for costs nothing.
        while (!_tours.GetOrAdd(session, NewTour).TryAdd(subscribed)) _tours.TryRemove(session, out _);
        return default;
    }

    public ValueTask OnUnsubscribedAsync(IMqttSession session, string filter, CancellationToken cancel)
    {
        if (_tours.TryGetValue(session, out var tour)) tour.Remove(filter);
        return default;
    }

    public ValueTask OnDisconnectedAsync(IMqttSession session, MqttDisconnected disconnected, CancellationToken cancel)
    {
        if (_tours.TryRemove(session, out var tour) && !disconnected.SessionRemains) tour.End();
        return default;
    }

    private RetainedTour NewTour(IMqttSession session) => new(session, messages, clock, tour => _tours.TryRemove(new(session, tour)));

    private async ValueTask RetainAsync(IMqttSession? by, MqttMessage message, CancellationToken cancel)
    {
        var before = messages.Find(message.Topic);
        if (message.Payload.IsEmpty)
        {
            // An empty one clears the place, and is passed on like any other ([MQTT-3.3.1-10]).
            if (messages.Remove(message.Topic)) await KeepAsync(message, before, cancel).ConfigureAwait(false);
        }
        else if (messages.TrySet(message, clock.GetUtcNow() + TimeSpanOf(message.Properties?.ExpirySeconds)))
        {
            await KeepAsync(message, before, cancel).ConfigureAwait(false);
        }
        else
        {
            refusals.Retain(by, message.Topic, "mqtt:retained:maxMessages or mqtt:retained:maxBytes");

            // The one before is not the last any more: nobody is told an old value as the current one ([MQTT-3.3.1-5]).
            if (messages.Remove(message.Topic)) await KeepAsync(message with { Payload = default }, before, cancel).ConfigureAwait(false);
        }
    }

    private static TimeSpan? TimeSpanOf(uint? seconds) => seconds is { } value ? TimeSpan.FromSeconds(value) : null;

    // QoS 1 and 2 are acknowledged when they are safe; QoS 0 promises nothing and does not wait for the disk.
    private async ValueTask KeepAsync(MqttMessage message, Retained? before, CancellationToken cancel)
    {
        try
        {
            await store.FollowAsync(message.Topic, waits: message.QoS != MqttQoS.AtMostOnce, cancel).ConfigureAwait(false);
        }
        catch (IOException)
        {
            messages.Undo(message, before); // its sender is told that it was not taken
            throw;
        }
    }
}
