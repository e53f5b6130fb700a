using Edge.Mqtt.Topics;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.Authorization;

/// <summary>
/// What a client may do with topics: nothing but what its scopes say, and nothing at all where the broker keeps them closed. They are asked for the will, at each
/// publish, at each subscription, and again at each delivery, since a session that waited for its client may have subscriptions of an earlier token.
/// </summary>
internal sealed class AuthorizationFeature(IOptions<AuthorizationOptions> options) : IMqttFeature
{
    private readonly TopicFilter[] _closed = [.. options.Value.Closed.Select(f => TopicFilter.TryParse(f, out var filter) ? filter : null).OfType<TopicFilter>()];

    private readonly MqttReason _reason = options.Value.RefusedSubscribe == RefusedSubscribe.NotAuthorized ? MqttReason.NotAuthorized : MqttReason.UnspecifiedError;

    public MqttStage Stage => MqttStage.Authorize;

    public static void AddServices(IServiceCollection services, IConfiguration section)
    {
        services.AddOptions<AuthorizationOptions>().Bind(section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AuthorizationOptions>, AuthorizationOptionsValidator>());
    }

    public ValueTask OnIdentifiedAsync(MqttConnecting connecting, CancellationToken cancel)
    {
        if (connecting is { Will: { } will, Identity: { } identity } && Refusal(identity, will.Topic) is { } refusal)
            connecting.Refuse(MqttReason.NotAuthorized, $"Its will is for {will.Topic}. {refusal}");
        return default;
    }

    public string? RefusalOfPublish(IMqttSession session, string topic) => Refusal(session.Identity, topic);

    public ValueTask OnPublishAsync(MqttPublishing publishing, CancellationToken cancel)
    {
        if (publishing.Session?.Identity is { MaxPayloadBytes: > 0 and var most } && publishing.PayloadBytes > most)
            publishing.Refuse($"Its session takes payloads of {most} bytes at the most.", MqttReason.QuotaExceeded);
        return default;
    }

    public ValueTask OnSubscribingAsync(MqttSubscribing subscribing, CancellationToken cancel)
    {
        if (!TopicFilter.TryParse(subscribing.Filter, out var filter) || !subscribing.Session.Identity.MaySubscribe(filter))
            subscribing.Refuse("Its token does not grant read of all that matches: ask for a scope with that filter.", _reason);
        else if (Array.Exists(_closed, closed => closed.Covers(filter)))
            subscribing.Refuse("All that matches is closed by mqtt:authorization:closed.", _reason);
        return default;
    }

    public bool MayDeliver(IMqttSession session, string topic) => session.Identity.MayRead(topic) && !IsClosed(topic);

    private string? Refusal(MqttIdentity identity, string topic)
    {
        if (!identity.MayWrite(topic)) return "Its token does not grant write there: ask for a scope with that topic.";
        return IsClosed(topic) ? "That is closed by mqtt:authorization:closed." : null;
    }

    private bool IsClosed(string topic) => Array.Exists(_closed, closed => closed.Matches(topic));
}
