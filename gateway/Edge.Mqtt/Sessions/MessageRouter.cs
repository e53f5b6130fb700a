using Edge.Mqtt.Features;
using Edge.Mqtt.Topics;

using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Sessions;

/// <summary>The gateway's own messages: the features' hooks, then the subscribers.</summary>
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

        var delivery = deliverer.Deliver(publishing, null);
        if (delivery.ToStore is { } pending) await pending.PostAsync().WaitAsync(cancel).ConfigureAwait(false);
        return delivery.Count;
    }
}
