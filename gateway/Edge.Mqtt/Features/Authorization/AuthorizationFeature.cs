using Edge.Mqtt.Topics;

namespace Edge.Mqtt.Features.Authorization;

/// <summary>
/// What a client may do with topics: nothing but what its scopes say. They are asked for the will, at each publish, at each subscription, and again
/// at each delivery, since a session that waited for its client may have subscriptions of an earlier token.
/// </summary>
internal sealed class AuthorizationFeature : IMqttFeature
{
    public MqttStage Stage => MqttStage.Authorize;

    public ValueTask OnIdentifiedAsync(MqttConnecting connecting, CancellationToken cancel)
    {
        if (connecting is { Will: { } will, Identity: { } identity } && !identity.MayWrite(will.Topic))
            connecting.Refuse(MqttReason.NotAuthorized, $"Its will is for {will.Topic}, where its token does not grant write: change the will or the token.");
        return default;
    }

    public string? RefusalOfPublish(IMqttSession session, string topic) =>
        session.Identity.MayWrite(topic) ? null : "Its token does not grant write there: ask for a scope with that topic.";

    public ValueTask OnPublishAsync(MqttPublishing publishing, CancellationToken cancel)
    {
        if (publishing.Session?.Identity is { MaxPayloadBytes: > 0 and var most } && publishing.PayloadBytes > most)
            publishing.Refuse($"Its session takes payloads of {most} bytes at the most.", MqttReason.QuotaExceeded);
        return default;
    }

    public ValueTask OnSubscribingAsync(MqttSubscribing subscribing, CancellationToken cancel)
    {
        if (!TopicFilter.TryParse(subscribing.Filter, out var filter) || !subscribing.Session.Identity.MaySubscribe(filter))
            subscribing.Refuse("Its token does not grant read of all that matches: ask for a scope with that filter.");
        return default;
    }

    public bool MayDeliver(IMqttSession session, string topic) => session.Identity.MayRead(topic);
}
