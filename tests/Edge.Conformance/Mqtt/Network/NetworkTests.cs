using System.Diagnostics;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;

using Edge.Mqtt;
using Edge.Mqtt.Client;
using Edge.Mqtt.Wire;
using Edge.TestKit;
using Edge.Transport.Sockets;

namespace Edge.Conformance.Mqtt.Network;

/// <summary>The broker's own sockets at one end of a cable that is cut, or thin.</summary>
public sealed class NetworkTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly NetworkNamespace _network = NetworkNamespace.Create();
    private readonly TempFolder _folder = new();
    private BrokerHost _broker = null!;
    private SocketListener _near = null!;
    private SocketListener _far = null!;
    private string _token = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _broker = await BrokerHost.StartAsync(_folder.Path, "rateLimit:messagesPerSecond=1000000", "rateLimit:burst=1000000");
        _token = _broker.Token("all", "rw #");
        _near = Listen(IPAddress.Loopback);
        _far = Listen(_network.Here);
    }

    [Fact]
    public async Task A_client_behind_a_cut_cable_is_given_up_after_one_and_a_half_keep_alives_its_will_is_said_and_its_session_waits()
    {
        await using var watcher = await NearAsync("watcher");
        await watcher.SubscribeAsync("gone/#", MqttQoS.AtLeastOnce, Cancel);
        const int KeepAlive = 2;
        var options = Options("node") with
        {
            CleanSession = false,
            SessionExpirySeconds = 3600,
            KeepAliveSeconds = KeepAlive,
            Will = new("gone/node", "lost"u8.ToArray(), MqttQoS.AtLeastOnce),
        };
        var node = await FarAsync(options);
        await node.SubscribeAsync("to/node", MqttQoS.AtLeastOnce, Cancel);

        var watch = Stopwatch.StartNew();
        _network.Cut();
        var will = await NextAsync(watcher);
        var elapsed = watch.Elapsed;

        Assert.Equal("gone/node lost", will);
        // Its last sign of life was up to a ping's interval before the cut.
        Assert.InRange(elapsed.TotalSeconds, 0.5 * KeepAlive, 20);
        Assert.Empty(_broker.Sessions.Connected("node"));
        await watcher.PublishAsync(new("to/node", "while you were out"u8.ToArray(), MqttQoS.AtLeastOnce), Cancel);
        await node.DisposeAsync();

        _network.Mend();
        await using var back = await FarAsync(options);
        Assert.True(back.SessionPresent);
        Assert.Equal("to/node while you were out", await NextAsync(back));
    }

    [Fact]
    public async Task A_cut_shorter_than_that_goes_unnoticed()
    {
        await using var node = await FarAsync(Options("node") with { KeepAliveSeconds = 60 });
        await node.SubscribeAsync("to/node", MqttQoS.AtLeastOnce, Cancel);
        await using var publisher = await NearAsync("publisher");

        _network.Cut();
        await publisher.PublishAsync(new("to/node", "one"u8.ToArray(), MqttQoS.AtLeastOnce), Cancel);
        await publisher.PublishAsync(new("to/node", "two"u8.ToArray(), MqttQoS.AtMostOnce), Cancel);
        _network.Mend();

        Assert.Equal("to/node one", await NextAsync(node));
        Assert.Equal("to/node two", await NextAsync(node));
    }

    [Fact]
    public async Task A_thin_cable_holds_up_nobody_but_the_client_behind_it()
    {
        const int Messages = 4000;
        _network.SlowDown(kilobitsPerSecond: 128);
        await using var slow = await FarAsync(Options("slow"));
        await slow.SubscribeAsync("bulk", MqttQoS.AtMostOnce, Cancel);
        await using var fast = await NearAsync("fast");
        await fast.SubscribeAsync("bulk", MqttQoS.AtMostOnce, Cancel);
        await using var publisher = await NearAsync("publisher");

        var message = new MqttMessage("bulk", new byte[2048]); // eight MB, ten minutes for that cable
        for (var i = 0; i < Messages; i++) await publisher.PublishAsync(message, Cancel);
        for (var i = 0; i < Messages; i++) await fast.Messages.ReadAsync(Cancel).AsTask().WaitAsync(Patience, Cancel);

        var session = Assert.Single(_broker.Sessions.Connected("slow"));
        await Eventually.HoldsAsync(() => session.Statistics.Dropped > 0);
        Assert.Equal("bulk " + new string('\0', 2048), await NextAsync(slow)); // it lost some, and lives
    }

    public async ValueTask DisposeAsync()
    {
        await _near.DisposeAsync();
        await _far.DisposeAsync();
        await _broker.DisposeAsync();
        _network.Dispose();
        _folder.Dispose();
    }

    private SocketListener Listen(IPAddress address) =>
        _broker.Get<SocketTransport>().ListenMqtt(_broker.Services, new(address, 0), new() { Name = "test" });

    private MqttClientOptions Options(string clientId) => new()
    {
        Version = ProtocolVersion.V5,
        ClientId = clientId,
        UserName = clientId,
        Password = _token,
        KeepAliveSeconds = 0,
    };

    private Task<MqttClient> NearAsync(string clientId) =>
        MqttClient.ConnectAsync(new MqttEndpoint("127.0.0.1", _near.Local.Port, UseTls: false), Options(clientId), Cancel);

    private async Task<MqttClient> FarAsync(MqttClientOptions options)
    {
        var socket = await _network.ConnectAsync(_far.Local.Port, Cancel).WaitAsync(Patience, Cancel);
        var stream = new NetworkStream(socket, ownsSocket: true);
        return await MqttClient.ConnectAsync(new FarPipe(PipeReader.Create(stream), PipeWriter.Create(stream)), options, Cancel).WaitAsync(Patience, Cancel);
    }

    private static async Task<string> NextAsync(MqttClient client)
    {
        var message = await client.Messages.ReadAsync(Cancel).AsTask().WaitAsync(Patience, Cancel);
        return $"{message.Topic} {Encoding.UTF8.GetString(message.Payload.Span)}";
    }

    private sealed record FarPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
