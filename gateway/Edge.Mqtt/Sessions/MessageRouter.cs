using Edge.Mqtt.Features;
using Edge.Mqtt.Topics;

using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Sessions;

/// <summary>The way of every message through the broker: the features' hooks, then the subscribers.</summary>
internal sealed class MessageRouter(FeatureSet features, Deliverer deliverer, IOptions<MqttOptions> options) : IMqttPublisher
{
    /// <inheritdoc/>
    public async ValueTask<int> PublishAsync(MqttMessage message, CancellationToken cancel = default)
    {
        if (!TopicRules.IsTopicName(message.Topic)) throw new ArgumentException($"\"{message.Topic}\" is no topic name.", nameof(message));
        if (TopicRules.LimitPassed(message.Topic, options.Value) is { } error) throw new ArgumentException($"Not published: {error}.", nameof(message));

        var publishing = new MqttPublishing(null, message);
        await features.PublishAsync(publishing, cancel).ConfigureAwait(false);
        if (publishing.Refusal is not null || publishing.IsTaken) return 0;

        return await deliverer.ToSubscribersAsync(publishing.Message, null, 0, cancel).ConfigureAwait(false);
    }

    /// <summary>Publishes for a client. When it completes without a refusal, the message may be acknowledged.</summary>
    /// <param name="from">The client.</param>
    /// <param name="message">Its message, within the limits.</param>
    /// <param name="packetId">The identifier of a QoS 2 message, kept until released; 0 for others.</param>
    /// <param name="cancel">The connection's end.</param>
    /// <returns>Why a feature refuses it, or null.</returns>
    /// <exception cref="IOException">It could not be stored: do not acknowledge it.</exception>
    public async ValueTask<string?> PublishAsync(LiveSession from, MqttMessage message, ushort packetId, CancellationToken cancel)
    {
        var publishing = new MqttPublishing(from, message);
        await features.PublishAsync(publishing, cancel).ConfigureAwait(false);

        var sender = packetId != 0 && from.State.IsPersistent ? from.State : null;
        if (publishing.Refusal is null && !publishing.IsTaken)
            await deliverer.ToSubscribersAsync(publishing.Message, sender, packetId, cancel).ConfigureAwait(false);
        return publishing.Refusal;
    }
}
