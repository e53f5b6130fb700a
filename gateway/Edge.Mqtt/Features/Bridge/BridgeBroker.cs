using System.IO.Pipelines;

using Edge.Mqtt.Client;
using Edge.Mqtt.Sessions;
using Edge.Mqtt.Wire;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.Bridge;

/// <summary>This broker, as its bridges see it.</summary>
internal sealed partial class BridgeBroker(
    MqttBroker broker, SessionRegistry sessions, IMqttPublisher publisher, IOptions<MqttOptions> options, ILogger<BridgeBroker> logger)
{
    public MqttOptions Limits => options.Value;

    /// <summary>A connection inside the process.</summary>
    public IDuplexPipe Open()
    {
        var pipe = new LocalPipe();
        _ = broker.ServeAsync(pipe.Broker, null, BridgesFeature.Listener);
        return pipe.Client;
    }

    /// <summary>How a bridge connects here. A session without end: what waits in it has bounds of its own.</summary>
    public MqttClientOptions Options(string bridge, BridgeOptions settings, TimeProvider clock) => new()
    {
        Version = ProtocolVersion.V5,
        ClientId = ClientId(bridge),
        CleanSession = false,
        KeepAliveSeconds = 0,
        MaxPacketBytes = Limits.MaxPacketBytes,
        ReceiveMaximum = (ushort)settings.MaxInFlight,
        RequestProblemInformation = false,
        Clock = clock,
    };

    public Session? SessionOf(string bridge) => sessions.Find(new(BridgesFeature.Subject, ClientId(bridge)));

    /// <summary>Makes the bridge's session where there is none, and subscribes it as the configuration says: from now on what is published is kept for the
    /// other broker, whether that is there or not.</summary>
    public async Task PrepareAsync(MqttClientOptions options, TopicMap topics, CancellationToken cancel)
    {
        var wanted = topics.Local.ToDictionary(StringComparer.Ordinal);
        var key = new SessionKey(BridgesFeature.Subject, options.ClientId);
        if (sessions.Find(key) is { } known && known.Subscriptions.All.ToDictionary(s => s.Key, s => s.Value.QoS) is var has
            && has.Count == wanted.Count && wanted.All(w => has.TryGetValue(w.Key, out var qos) && qos == w.Value)) return;

        await using var local = new MqttClientConnection(Open(), options with { ReceiveMaximum = 1 }, new(), new Nobody());
        await local.ConnectAsync(cancel).ConfigureAwait(false);
        await BridgeRelay.SubscribeLocalAsync(local, topics, isNew: false, cancel).ConfigureAwait(false);
        foreach (var stale in sessions.Find(key)?.Subscriptions.All.Select(s => s.Key).Where(f => !wanted.ContainsKey(f)).ToList() ?? [])
            await local.UnsubscribeAsync([stale], cancel).ConfigureAwait(false);
        await local.DisconnectAsync(new()).ConfigureAwait(false);
    }

    /// <summary>Drops the session of a bridge that is no more, with what waits in it.</summary>
    public async Task ForgetAsync(MqttClientOptions options, CancellationToken cancel)
    {
        await using var local = new MqttClientConnection(Open(), options with { CleanSession = true, SessionExpirySeconds = 0 }, new(), new Nobody());
        await local.ConnectAsync(cancel).ConfigureAwait(false);
        await local.DisconnectAsync(new()).ConfigureAwait(false);
    }

    /// <summary>Tells whether the other broker is there, as Mosquitto does.</summary>
    public async Task PublishStateAsync(string bridge, bool isConnected)
    {
        try
        {
            var payload = isConnected ? "1"u8.ToArray() : "0"u8.ToArray();
            await publisher.PublishAsync(new($"$SYS/broker/connection/{bridge}/state", payload, MqttQoS.AtLeastOnce, Retain: true)).ConfigureAwait(false);
        }
        catch (IOException e) // the store does not take it: the bridge itself goes on
        {
            LogStateNotStored(bridge, e.Message);
        }
    }

    private static string ClientId(string bridge) => "bridge-" + bridge;

    [LoggerMessage(EventId = 2707, Level = LogLevel.Warning, Message = "The state of bridge {Bridge} could not be published: {Error}")]
    private partial void LogStateNotStored(string bridge, string error);

    /// <summary>Takes no message: what comes meanwhile stays unacknowledged, and comes again.</summary>
    private sealed class Nobody : IPacketReceiver
    {
        public void OnPublish(in PublishPacket packet, string topic)
        {
        }

        public void OnAck(in AckPacket ack)
        {
        }
    }
}
