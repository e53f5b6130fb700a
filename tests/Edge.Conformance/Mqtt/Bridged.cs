using System.Net;
using System.Net.Sockets;
using System.Text;

using Edge.Mqtt;
using Edge.Mqtt.Client;
using Edge.Mqtt.Features.Bridge;
using Edge.Mqtt.Wire;
using Edge.TestKit;

namespace Edge.Conformance.Mqtt;

/// <summary>What tests of bridges have in common, whoever the other broker is.</summary>
internal static class Bridged
{
    /// <summary>The settings of a bridge <c>b</c> to a broker on this machine.</summary>
    public static string[] To(int port, bool tls, string version, params string[] topics) =>
    [
        "bridges:b:host=127.0.0.1", $"bridges:b:port={port}", $"bridges:b:tls={tls}", $"bridges:b:version={version}",
        .. topics.Select((topic, i) => $"bridges:b:topics:{i}={topic}"),
    ];

    public static MqttMessage Message(string topic, string text) => new(topic, Encoding.UTF8.GetBytes(text), MqttQoS.AtLeastOnce);

    public static string Text(MqttMessage message) => $"{message.Topic} {Encoding.UTF8.GetString(message.Payload.Span)}";

    public static Task ConnectedAsync(BrokerHost host) => Eventually.HoldsAsync(() => host.Get<BridgeService>().Links[0].IsConnected, 60);

    /// <summary>A client of the other broker.</summary>
    public static async Task<MqttClient> ConnectAsync(int port, string clientId, string filter, string? userName = null)
    {
        var client = await MqttClient.ConnectAsync(
            new MqttEndpoint("127.0.0.1", port, false),
            new() { Version = ProtocolVersion.V5, ClientId = clientId, UserName = userName, Password = userName is null ? null : "any" });
        Assert.True(await client.SubscribeAsync(filter, MqttQoS.ExactlyOnce));
        return client;
    }

    /// <summary>A client of ours, whose first message goes to <paramref name="taken"/>.</summary>
    public static async Task<MqttClient> SubscribeAsync(BrokerHost host, string filter, TaskCompletionSource<MqttMessage> taken)
    {
        var client = await MqttClient.ConnectAsync(
            new MqttEndpoint("127.0.0.1", host.PlainPort, false),
            new()
            {
                ClientId = "mine",
                Password = host.Token("mine", "r #"),
                OnMessage = (message, _) =>
                {
                    taken.TrySetResult(message);
                    return default;
                },
            });
        Assert.True(await client.SubscribeAsync(filter));
        return client;
    }

    /// <summary>A port for a peer that cannot choose its own.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Waits until somebody listens there.</summary>
    public static Task AnswersAsync(int port) => Eventually.HoldsAsync(
        () =>
        {
            try
            {
                using var client = new TcpClient();
                client.Connect(IPAddress.Loopback, port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        },
        60);
}
