using Microsoft.Extensions.DependencyInjection;

namespace Edge.Mqtt.Features;

/// <summary>
/// The features in order, sorted by the hooks that each overrides, so that a message does not pay for those it does not concern. Made on first use:
/// features ask for the publisher, and the publisher runs the features.
/// </summary>
internal sealed class FeatureSet(IServiceProvider services)
{
    private readonly Lazy<Hooks> _hooks = new(() => new([.. services.GetServices<IMqttFeature>()]));

    public async ValueTask StartingAsync(CancellationToken cancel)
    {
        foreach (var feature in _hooks.Value.Starting) await feature.OnStartingAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>First who it is, then whether it may: the latter only for somebody known.</summary>
    public async ValueTask ConnectingAsync(MqttConnecting connecting, CancellationToken cancel)
    {
        foreach (var feature in _hooks.Value.Connecting)
        {
            await feature.OnConnectingAsync(connecting, cancel).ConfigureAwait(false);
            if (connecting.Refusal is not null) return;
        }

        if (connecting.Identity is null)
            connecting.Refuse(MqttReason.NotAuthorized, "No password was given: put an access token in it.");

        await IdentifiedAsync(connecting, cancel).ConfigureAwait(false);
    }

    /// <summary>Whether somebody known may.</summary>
    public async ValueTask IdentifiedAsync(MqttConnecting connecting, CancellationToken cancel)
    {
        foreach (var feature in _hooks.Value.Identified)
        {
            if (connecting.Refusal is not null) return;
            await feature.OnIdentifiedAsync(connecting, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>One step of an authentication of MQTT 5; refused where no feature knows the method.</summary>
    public async ValueTask AuthenticateAsync(MqttAuthenticating authenticating, CancellationToken cancel)
    {
        foreach (var feature in _hooks.Value.Authenticate)
        {
            await feature.OnAuthenticateAsync(authenticating, cancel).ConfigureAwait(false);
            if (authenticating.Outcome != MqttAuthentication.Open) return;
        }

        authenticating.Refuse(MqttReason.BadAuthenticationMethod, "Its authentication method is not known here.");
    }

    public async ValueTask ConnectedAsync(IMqttSession session, CancellationToken cancel)
    {
        foreach (var feature in _hooks.Value.Connected) await feature.OnConnectedAsync(session, cancel).ConfigureAwait(false);
    }

    public async ValueTask PublishAsync(MqttPublishing publishing, CancellationToken cancel)
    {
        foreach (var feature in _hooks.Value.Publish)
        {
            await feature.OnPublishAsync(publishing, cancel).ConfigureAwait(false);
            if (publishing.Refusal is not null || publishing.IsTaken) return;
        }
    }

    public async ValueTask<bool> MayRequestAsync(IMqttSession session, int parts, CancellationToken cancel)
    {
        foreach (var feature in _hooks.Value.Request)
            if (!await feature.OnRequestAsync(session, parts, cancel).ConfigureAwait(false)) return false;

        return true;
    }

    public async ValueTask SubscribingAsync(MqttSubscribing subscribing, CancellationToken cancel)
    {
        foreach (var feature in _hooks.Value.Subscribing)
        {
            await feature.OnSubscribingAsync(subscribing, cancel).ConfigureAwait(false);
            if (subscribing.Refusal is not null) return;
        }
    }

    public async ValueTask SubscribedAsync(IMqttSession session, MqttSubscribed subscribed, CancellationToken cancel)
    {
        foreach (var feature in _hooks.Value.Subscribed)
            await feature.OnSubscribedAsync(session, subscribed, cancel).ConfigureAwait(false);
    }

    public async ValueTask UnsubscribedAsync(IMqttSession session, string filter, CancellationToken cancel)
    {
        foreach (var feature in _hooks.Value.Unsubscribed)
            await feature.OnUnsubscribedAsync(session, filter, cancel).ConfigureAwait(false);
    }

    public string? RefusalOfPublish(IMqttSession session, string topic)
    {
        foreach (var feature in _hooks.Value.RefusalOfPublish)
            if (feature.RefusalOfPublish(session, topic) is { } refusal) return refusal;

        return null;
    }

    public bool MayDeliver(IMqttSession session, string topic)
    {
        foreach (var feature in _hooks.Value.Deliver)
            if (!feature.MayDeliver(session, topic)) return false;

        return true;
    }

    public async ValueTask SessionEndedAsync(string subject, string clientId, CancellationToken cancel)
    {
        foreach (var feature in _hooks.Value.SessionEnded) await feature.OnSessionEndedAsync(subject, clientId, cancel).ConfigureAwait(false);
    }

    public void Refused(MqttConnecting refused)
    {
        foreach (var feature in _hooks.Value.Refused) feature.OnRefused(refused);
    }

    public void Heartbeat(IMqttSession session)
    {
        foreach (var feature in _hooks.Value.Heartbeat) feature.OnHeartbeat(session);
    }

    public IReadOnlyList<IMqttFeature> Disconnected => _hooks.Value.Disconnected;

    private sealed class Hooks
    {
        public Hooks(IReadOnlyCollection<IMqttFeature> features)
        {
            IMqttFeature[] ordered = [.. features.OrderBy(f => f.Stage).ThenBy(f => f.GetType().Name, StringComparer.Ordinal)];
            Starting = With(ordered, nameof(IMqttFeature.OnStartingAsync));
            Connecting = With(ordered, nameof(IMqttFeature.OnConnectingAsync));
            Identified = With(ordered, nameof(IMqttFeature.OnIdentifiedAsync));
            Authenticate = With(ordered, nameof(IMqttFeature.OnAuthenticateAsync));
            Refused = With(ordered, nameof(IMqttFeature.OnRefused));
            Connected = With(ordered, nameof(IMqttFeature.OnConnectedAsync));
            Publish = With(ordered, nameof(IMqttFeature.OnPublishAsync));
            Request = With(ordered, nameof(IMqttFeature.OnRequestAsync));
            Subscribing = With(ordered, nameof(IMqttFeature.OnSubscribingAsync));
            Subscribed = With(ordered, nameof(IMqttFeature.OnSubscribedAsync));
            Unsubscribed = With(ordered, nameof(IMqttFeature.OnUnsubscribedAsync));
            RefusalOfPublish = With(ordered, nameof(IMqttFeature.RefusalOfPublish));
            Deliver = With(ordered, nameof(IMqttFeature.MayDeliver));
            Heartbeat = With(ordered, nameof(IMqttFeature.OnHeartbeat));
            Disconnected = With(ordered, nameof(IMqttFeature.OnDisconnectedAsync));
            SessionEnded = With(ordered, nameof(IMqttFeature.OnSessionEndedAsync));
        }

        public IMqttFeature[] Starting { get; }

        public IMqttFeature[] Connecting { get; }

        public IMqttFeature[] Identified { get; }

        public IMqttFeature[] Authenticate { get; }

        public IMqttFeature[] Refused { get; }

        public IMqttFeature[] Connected { get; }

        public IMqttFeature[] Publish { get; }

        public IMqttFeature[] Request { get; }

        public IMqttFeature[] Subscribing { get; }

        public IMqttFeature[] Subscribed { get; }

        public IMqttFeature[] Unsubscribed { get; }

        public IMqttFeature[] RefusalOfPublish { get; }

        public IMqttFeature[] Deliver { get; }

        public IMqttFeature[] Heartbeat { get; }

        public IMqttFeature[] Disconnected { get; }

        public IMqttFeature[] SessionEnded { get; }

        private static IMqttFeature[] With(IMqttFeature[] features, string hook) => [.. features.Where(f => Overrides(f.GetType(), hook))];

        private static bool Overrides(Type feature, string hook)
        {
            var map = feature.GetInterfaceMap(typeof(IMqttFeature));
            var index = Array.FindIndex(map.InterfaceMethods, m => m.Name == hook);
            return map.TargetMethods[index]?.DeclaringType is { IsInterface: false };
        }
    }
}
