namespace Edge.Mqtt.Features;

/// <summary>Publishes from inside the gateway, as nobody's session and under nobody's scope.</summary>
public interface IMqttPublisher
{
    /// <summary>Runs the publish hooks and routes the message to its subscribers; completes when it is stored wherever the quality of
    /// service promises so. Topic rules and limits hold here too.</summary>
    /// <returns>The number of sessions that it was queued for or sent to.</returns>
    ValueTask<int> PublishAsync(MqttMessage message, CancellationToken cancel = default);
}
