using System.Net;
using System.Net.Sockets;
using System.Text;

using Edge.Mqtt;
using Edge.Mqtt.Client;
using Edge.Mqtt.Features.Bridge;
using Edge.Mqtt.Wire;
using Edge.TestKit;
using Edge.Tests.Mqtt.Harness;

namespace Edge.Tests.Mqtt.Features.Bridge;

/// <summary>A broker in memory with a socket before it, for bridges to meet.</summary>
internal sealed class BridgedBroker : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly List<TcpClient> _connections = [];
    private bool _isOpen = true;

    private BridgedBroker(TestBroker broker, TcpListener listener)
    {
        (Broker, _listener) = (broker, listener);
        broker.Policy = new() { AllowAnonymous = true };
        _ = AcceptAsync();
    }

    public TestBroker Broker { get; }

    public IReadOnlyList<BridgeLink> Links => Broker.Get<BridgeService>().Links;

    /// <summary>A port for a broker that comes later.</summary>
    public static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    public static async Task<BridgedBroker> StartAsync(TcpListener listener, FakeStorage storage, params string[] settings)
    {
        var broker = new BridgedBroker(await TestBroker.StartAsync(storage, null, settings), listener);
        await broker.Broker.Get<BridgeService>().StartAsync(CancellationToken.None);
        return broker;
    }

    public static Task<BridgedBroker> StartAsync(params string[] settings) => StartAsync(Listen(), new(), settings);

    /// <summary>The settings of a bridge to the broker that listens there.</summary>
    public static string[] To(TcpListener peer, string version, params string[] topics) =>
    [
        "bridges:b:host=127.0.0.1", $"bridges:b:port={((IPEndPoint)peer.LocalEndpoint).Port}", "bridges:b:tls=false", $"bridges:b:version={version}",
        .. topics.Select((topic, i) => $"bridges:b:topics:{i}={topic}"),
    ];

    public Task<MqttClient> ConnectAsync(string clientId) => MqttClient.ConnectAsync(
        Broker.Open().Pipe,
        new() { Version = ProtocolVersion.V5, ClientId = clientId, Clock = Broker.Clock, KeepAliveSeconds = 0 });

    public Task ConnectedAsync() => Eventually.HoldsAsync(() =>
    {
        if (Links.All(l => l.IsConnected)) return true;

        Broker.Clock.Advance(TimeSpan.FromSeconds(1));
        return false;
    });

    /// <summary>Cuts every connection, and lets nobody in until <see cref="Open"/>.</summary>
    public void Cut()
    {
        _isOpen = false;
        lock (_connections)
        {
            foreach (var connection in _connections) connection.Close();
            _connections.Clear();
        }
    }

    public void Open() => _isOpen = true;

    public static string Text(MqttMessage message) => $"{message.Topic} {Encoding.UTF8.GetString(message.Payload.Span)}";

    public async ValueTask DisposeAsync()
    {
        await Broker.Get<BridgeService>().StopAsync(CancellationToken.None);
        _listener.Stop();
        Cut();
        await Broker.DisposeAsync();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient connection)
    {
        using (connection)
        {
            if (!_isOpen) return;

            lock (_connections) _connections.Add(connection);
            await Broker.Broker.ServeAsync(new StreamPipe(connection.GetStream()), null, Broker.Policy);
        }
    }
}
