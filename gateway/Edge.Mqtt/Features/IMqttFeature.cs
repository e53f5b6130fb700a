using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Edge.Mqtt.Features;

/// <summary>When a feature's hooks run, relative to those of the others. Within a stage, features run in the order of their names.</summary>
public enum MqttStage
{
    /// <summary>Finds out who connects.</summary>
    Identify = 100,

    /// <summary>Says what that client may do.</summary>
    Authorize = 200,

    /// <summary>Acts on what was allowed: takes a message in, answers it. May take it away from those behind.</summary>
    Apply = 300,

    /// <summary>Keeps or passes on what is left.</summary>
    Deliver = 400,
}

/// <summary>
/// One capability of the broker: a class in a folder of its own under <c>Features/</c>, found by scanning the assembly. It overrides the
/// hooks that it needs; the broker calls a hook only on features that override it. Hooks of one session run one after the other, on the
/// session's own task: a slow hook holds back that client and nobody else. An exception in a hook is a bug and ends that session.
/// </summary>
public interface IMqttFeature
{
    /// <summary>Its place among the features.</summary>
    MqttStage Stage { get; }

    /// <summary>Registers what the feature needs beside itself. <paramref name="section"/> is <c>mqtt:&lt;name&gt;</c>, where the name is
    /// that of the class without "Feature", in camel case.</summary>
    static virtual void AddServices(IServiceCollection services, IConfiguration section)
    {
    }

    /// <summary>The broker starts: sessions are loaded, no client is let in yet.</summary>
    ValueTask OnStartingAsync(CancellationToken cancel) => default;

    /// <summary>A client asks to connect; the feature may accept it as somebody, or refuse it. Refused where nobody accepts.</summary>
    ValueTask OnConnectingAsync(MqttConnecting connecting, CancellationToken cancel) => default;

    /// <summary>A client of MQTT 5 authenticates by a method of its own (§4.12), at CONNECT or later; whoever knows the method accepts, goes on or refuses.
    /// Where nobody does, the answer is <see cref="MqttReason.BadAuthenticationMethod"/>.</summary>
    ValueTask OnAuthenticateAsync(MqttAuthenticating authenticating, CancellationToken cancel) => default;

    /// <summary>Somebody has accepted the client, so that <see cref="MqttConnecting.Identity"/> is known; the feature may still refuse it.</summary>
    ValueTask OnIdentifiedAsync(MqttConnecting connecting, CancellationToken cancel) => default;

    /// <summary>A client was refused at CONNECT: <see cref="MqttConnecting.Refusal"/> says why. Fast, no I/O.</summary>
    void OnRefused(MqttConnecting refused)
    {
    }

    /// <summary>The client was accepted, its session found or made, and CONNACK sent.</summary>
    ValueTask OnConnectedAsync(IMqttSession session, CancellationToken cancel) => default;

    /// <summary>A client, or the gateway itself, publishes. The feature may refuse the message, replace it, or take it.</summary>
    ValueTask OnPublishAsync(MqttPublishing publishing, CancellationToken cancel) => default;

    /// <summary>A client asks for something other than publishing: SUBSCRIBE or UNSUBSCRIBE of so many filters, or AUTH, which counts as one. The feature may let
    /// it wait; false where it has ended the session, and nothing is to be done.</summary>
    ValueTask<bool> OnRequestAsync(IMqttSession session, int parts, CancellationToken cancel) => new(true);

    /// <summary>A client asks for a subscription; the feature may refuse it or lower its quality of service.</summary>
    ValueTask OnSubscribingAsync(MqttSubscribing subscribing, CancellationToken cancel) => default;

    /// <summary>The subscription holds, and SUBACK was sent.</summary>
    ValueTask OnSubscribedAsync(IMqttSession session, MqttSubscribed subscribed, CancellationToken cancel) => default;

    /// <summary>A subscription was taken away by its client.</summary>
    ValueTask OnUnsubscribedAsync(IMqttSession session, string filter, CancellationToken cancel) => default;

    /// <summary>Why this session may not publish to that topic, with the remedy; null where it may. The answer is remembered until
    /// <see cref="IMqttSession.ChangeIdentity"/>: what concerns a single message belongs in <see cref="OnPublishAsync"/>.</summary>
    string? RefusalOfPublish(IMqttSession session, string topic) => null;

    /// <summary>False where this session must not receive what is published there; remembered like <see cref="RefusalOfPublish"/>. Fast, no I/O.</summary>
    bool MayDeliver(IMqttSession session, string topic) => true;

    /// <summary>About once a second for each connected session, on the timer's thread: fast, no I/O.</summary>
    void OnHeartbeat(IMqttSession session)
    {
    }

    /// <summary>The connection of the session ended, for whatever reason; called exactly once for each <see cref="OnConnectedAsync"/>.</summary>
    ValueTask OnDisconnectedAsync(IMqttSession session, MqttDisconnected disconnected, CancellationToken cancel) => default;

    /// <summary>The session is over, with all it had: its connection ended and it had no more time, or its client wanted a clean start. Comes after
    /// <see cref="OnDisconnectedAsync"/>, and before the next session of the same client begins.</summary>
    /// <param name="subject">Whose it was.</param>
    /// <param name="clientId">Its client identifier.</param>
    /// <param name="cancel">The broker stops.</param>
    ValueTask OnSessionEndedAsync(string subject, string clientId, CancellationToken cancel) => default;
}
