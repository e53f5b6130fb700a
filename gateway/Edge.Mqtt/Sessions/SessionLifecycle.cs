using Edge.Mqtt.Features;
using Edge.Mqtt.Wire;
using Edge.Transport;

using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Sessions;

/// <summary>What happens to a connection's session, in order: it begins, it gets packets, it ends.</summary>
internal sealed class SessionLifecycle(
    ConnectHandler connect, PacketDispatcher dispatcher, Farewell farewell, FeatureSet features, IOptions<MqttOptions> options)
{
    public MqttOptions Options => options.Value;

    public ValueTask<ConnectOutcome> ConnectAsync(ConnectPacket packet, MqttConnection connection, CancellationToken cancel) =>
        connect.HandleAsync(packet, connection, cancel);

    public ValueTask BeginAsync(LiveSession live, CancellationToken cancel)
    {
        live.State.Attach(live);
        return features.ConnectedAsync(live, cancel);
    }

    public ValueTask HandleAsync(LiveSession live, MqttConnection connection, PacketFrame frame, CancellationToken cancel) =>
        dispatcher.HandleAsync(live, connection, frame, cancel);

    public void Heartbeat(LiveSession live) => features.Heartbeat(live);

    public Task EndAsync(LiveSession live, EndReason reason) => farewell.SayAsync(live, reason);
}
