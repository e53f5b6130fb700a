using System.Net;
using System.Net.Sockets;

using Edge.Mqtt;
using Edge.Mqtt.Client;
using Edge.Mqtt.Wire;
using Edge.Transport.Sockets;

namespace Edge.Conformance.Mqtt.Crowds;

/// <summary>The broker on its own sockets, at a free port of this machine, with raw connections to it.</summary>
internal sealed class SocketBroker(BrokerHost host, SocketListener listener) : IAsyncDisposable
{
    private readonly string _token = host.Token("all", "rw #");

    public BrokerHost Host => host;

    public static async Task<SocketBroker> StartAsync(string folder, params string[] settings)
    {
        var host = await BrokerHost.StartAsync(folder, settings);
        return new(host, host.Get<SocketTransport>().ListenMqtt(host.Services, new(IPAddress.Loopback, 0), new() { Name = "test" }));
    }

    /// <summary>A client that may do everything.</summary>
    public Task<MqttClient> ConnectAsync(string clientId, CancellationToken cancel) => MqttClient.ConnectAsync(
        new MqttEndpoint("127.0.0.1", listener.Local.Port, UseTls: false), new() { ClientId = clientId, UserName = clientId, Password = _token, KeepAliveSeconds = 0 }, cancel);

    /// <summary>A connection of which the broker knows nothing yet.</summary>
    public async Task<Socket> OpenAsync(CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, listener.Local.Port), cancel);
        return socket;
    }

    /// <summary>The bytes of a CONNECT that is let in.</summary>
    public byte[] ConnectBytes(string clientId, bool isPersistent = false) =>
        new ConnectPacket { ClientId = clientId, UserName = clientId, Password = _token, CleanSession = !isPersistent }.ToBytes();

    /// <summary>A connection behind CONNACK, and whether its session was there.</summary>
    public async Task<(Socket Socket, bool IsPresent)> EnterAsync(string clientId, bool isPersistent, CancellationToken cancel)
    {
        var socket = await OpenAsync(cancel);
        await socket.SendAsync(ConnectBytes(clientId, isPersistent), cancel);
        var answer = new byte[4];
        for (var have = 0; have < answer.Length;)
        {
            var count = await socket.ReceiveAsync(answer.AsMemory(have), cancel);
            if (count == 0) throw new IOException("The broker closed the connection without CONNACK.");
            have += count;
        }

        Assert.Equal((byte)0, answer[3]);
        return (socket, answer[2] == 1);
    }

    public async ValueTask DisposeAsync()
    {
        await listener.DisposeAsync();
        await host.DisposeAsync();
    }
}
