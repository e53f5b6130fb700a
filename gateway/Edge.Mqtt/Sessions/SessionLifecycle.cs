using Edge.Mqtt.Features;
using Edge.Mqtt.Wire;
using Edge.Transport;

using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Sessions;

/// <summary>What happens to a connection's session, in order: it begins, it gets packets, it ends.</summary>
internal sealed class SessionLifecycle(
    ConnectHandler connect, PacketDispatcher dispatcher, SessionEvents events, IOptions<MqttOptions> options, TimeProvider clock)
{
    public MqttOptions Options { get; } = options.Value;

    public TimeProvider Clock => clock;

    public ValueTask<ConnectOutcome> ConnectAsync(ConnectPacket packet, MqttConnection connection, CancellationToken cancel) =>
        connect.ConnectAsync(packet, connection, cancel);

    public ValueTask<ConnectOutcome> ContinueAsync(Handshake handshake, AuthPacket packet, MqttConnection connection, CancellationToken cancel) =>
        connect.ContinueAsync(handshake, packet, connection, cancel);

    public ValueTask BeginAsync(LiveSession live, CancellationToken cancel) => events.BeginAsync(live, cancel);

    public ValueTask HandleAsync(LiveSession live, PacketFrame frame, CancellationToken cancel) => dispatcher.HandleAsync(live, frame, cancel);

    public async ValueTask<bool> DeliverAsync(LiveSession live, MqttMessage message, CancellationToken cancel) =>
        await events.DeliverAsync(live, message).AsTask().WaitAsync(cancel).ConfigureAwait(false);

    public void Heartbeat(LiveSession live) => events.Heartbeat(live);

    public Task EndAsync(LiveSession live, EndReason reason) => events.EndAsync(live, reason);
}

/// <summary>What a session goes through beside its packets.</summary>
internal sealed class SessionEvents(SessionRights rights, Deliverer deliverer, Farewell farewell)
{
    public ValueTask BeginAsync(LiveSession live, CancellationToken cancel)
    {
        live.State.Attach(live);
        rights.Attached(live);
        return rights.Features.ConnectedAsync(live, cancel);
    }

    public ValueTask<bool> DeliverAsync(LiveSession live, MqttMessage message) => deliverer.ToSessionAsync(live.State, message);

    public void Heartbeat(LiveSession live) => rights.Features.Heartbeat(live);

    public Task EndAsync(LiveSession live, EndReason reason) => farewell.SayAsync(live, reason);
}
