using System.Net;
using System.Net.WebSockets;

using Edge.Mqtt;
using Edge.Mqtt.Client;
using Edge.Mqtt.Wire;
using Edge.Tests.Mqtt.Harness;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Edge.Tests.Mqtt.Client;

public sealed class WebSocketTests
{
    [Fact]
    public async Task Messages_go_over_a_WebSocket()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var server = await StartAsync(broker, "mqtt");
        await using var client = await MqttClient.ConnectAsync(Endpoint(server), new() { Version = ProtocolVersion.V5, ClientId = "n", Password = broker.Tokens.Issue("n", "rw #") });
        await client.SubscribeAsync("t");

        await client.PublishAsync(new("t", new byte[100_000], MqttQoS.ExactlyOnce));

        Assert.Equal(100_000, (await client.Messages.ReadAsync()).Payload.Length);
    }

    [Fact]
    public async Task A_server_that_does_not_choose_the_sub_protocol_is_not_spoken_to()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var server = await StartAsync(broker, null);

        await Assert.ThrowsAsync<WebSocketException>(() => MqttClient.ConnectAsync(Endpoint(server), new() { ClientId = "n" }));
    }

    private static MqttEndpoint Endpoint(WebApplication server) => new("127.0.0.1", new Uri(server.Urls.First()).Port, false) { WebSocketPath = "/mqtt" };

    private static async Task<WebApplication> StartAsync(TestBroker broker, string? subProtocol)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.UseWebSockets();
        app.Map("/mqtt", async (HttpContext http) =>
        {
            using var socket = await http.WebSockets.AcceptWebSocketAsync(subProtocol);
            await broker.Broker.ServeAsync(new StreamPipe(WebSocketStream.Create(socket, WebSocketMessageType.Binary)), null, broker.Policy);
        });
        await app.StartAsync();
        return app;
    }
}
