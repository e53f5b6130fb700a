using Edge.Mqtt.Sessions;
using Edge.Mqtt.Topics;
using Edge.Storage;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.Retained;

/// <summary>A retained message as it is stored, by its topic.</summary>
internal sealed record StoredRetained(byte[] Payload, MqttQoS QoS);

/// <summary>Keeps the last message of a topic for whoever subscribes later, across restarts (MQTT 3.1.1 §3.3.1.3).</summary>
internal sealed partial class RetainedFeature(
    IStorage storage, Journal journal, RetainedMessages messages, ILogger<RetainedFeature> logger) : IMqttFeature
{
    private const string Store = "mqtt-retained";

    public MqttStage Stage => MqttStage.Deliver;

    public static void AddServices(IServiceCollection services, IConfiguration section)
    {
        services.AddSingleton<RetainedMessages>();
        services.AddOptions<RetainedOptions>().Bind(section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RetainedOptions>, RetainedOptionsValidator>());
    }

    public async ValueTask OnStartingAsync(CancellationToken cancel)
    {
        await foreach (var (topic, stored) in storage.Open<StoredRetained>(Store).ListAsync(cancel: cancel).ConfigureAwait(false))
            messages.TrySet(new(topic, stored.Payload, stored.QoS, Retain: true));
    }

    public async ValueTask OnPublishAsync(MqttPublishing publishing, CancellationToken cancel)
    {
        var message = publishing.Message;
        if (!message.Retain) return;

        if (message.Payload.IsEmpty)
        {
            // An empty one clears the place, and is passed on like any other ([MQTT-3.3.1-10]).
            if (messages.Remove(message.Topic)) await KeepAsync(message, cancel).ConfigureAwait(false);
        }
        else if (messages.TrySet(message))
        {
            await KeepAsync(message, cancel).ConfigureAwait(false);
        }
        else
        {
            LogFull(message.Topic);
        }
    }

    public async ValueTask OnSubscribedAsync(IMqttSession session, string filter, MqttQoS granted, CancellationToken cancel)
    {
        if (!TopicFilter.TryParse(filter, out var parsed)) return;

        foreach (var message in messages.Matching(parsed))
        {
            var qos = message.QoS < granted ? message.QoS : granted;
            await session.DeliverAsync(message with { QoS = qos }, cancel).ConfigureAwait(false);
        }
    }

    // QoS 1 and 2 are acknowledged when they are safe; QoS 0 promises nothing and does not wait for the disk.
    private async ValueTask KeepAsync(MqttMessage message, CancellationToken cancel)
    {
        if (message.QoS == MqttQoS.AtMostOnce) await journal.PostAsync(Change, cancel).ConfigureAwait(false);
        else await journal.WriteAsync(Change, cancel).ConfigureAwait(false);

        // What holds when it is written, not when it was asked for: two clients that publish at once leave memory and store the same.
        void Change(StoreBatch batch)
        {
            if (messages.Find(message.Topic) is { } now) batch.Save(Store, now.Topic, new StoredRetained(now.Payload.ToArray(), now.QoS));
            else batch.Delete(Store, message.Topic);
        }
    }

    [LoggerMessage(EventId = 2100, Level = LogLevel.Warning,
        Message = "The message for {Topic} is passed on but not retained: mqtt:retained:maxMessages or mqtt:retained:maxBytes is reached")]
    private partial void LogFull(string topic);
}

/// <summary>Section <c>mqtt:retained</c>.</summary>
public sealed class RetainedOptions
{
    /// <summary>The most retained messages.</summary>
    public int MaxMessages { get; set; } = 10_000;

    /// <summary>The most bytes of their payloads. They are kept in memory, too.</summary>
    public long MaxBytes { get; set; } = 16 * 1024 * 1024;
}

internal sealed class RetainedOptionsValidator : IValidateOptions<RetainedOptions>
{
    public ValidateOptionsResult Validate(string? name, RetainedOptions options)
    {
        var errors = new List<string>();
        if (options.MaxMessages is < 0 or > 10_000_000) errors.Add($"mqtt:retained:maxMessages is {options.MaxMessages}: give 0 to 10000000.");
        if (options.MaxBytes is < 0 or > 1L << 36) errors.Add($"mqtt:retained:maxBytes is {options.MaxBytes}: give 0 to {1L << 36}.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
