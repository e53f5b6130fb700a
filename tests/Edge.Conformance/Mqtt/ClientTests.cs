using System.Text;

using Edge.Mqtt;
using Edge.Mqtt.Client;
using Edge.Mqtt.Wire;
using Edge.TestKit;

namespace Edge.Conformance.Mqtt;

/// <summary>Our client against Eclipse Mosquitto.</summary>
public sealed class ClientTests
{
    [Theory]
    [InlineData(ProtocolVersion.V31)]
    [InlineData(ProtocolVersion.V311)]
    [InlineData(ProtocolVersion.V5)]
    public async Task Messages_of_every_quality_of_service_go_there_and_back(ProtocolVersion version)
    {
        await using var broker = await MosquittoBroker.RunAsync();
        await using var client = await MqttClient.ConnectAsync(new MqttEndpoint("127.0.0.1", broker.Port, false), new() { Version = version, ClientId = "c" });

        await ThereAndBackAsync(client);
    }

    [Fact]
    public async Task TLS_with_a_certificate_of_one_s_own()
    {
        await using var broker = await MosquittoBroker.RunAsync(tls: true);
        var endpoint = new MqttEndpoint("localhost", broker.Port, true) { AuthorityFile = broker.CaFile, CertificateFile = broker.ClientCertificate, KeyFile = broker.ClientKey };
        await using var client = await MqttClient.ConnectAsync(endpoint, new() { Version = ProtocolVersion.V5, ClientId = "c" });

        await ThereAndBackAsync(client);
    }

    [Fact]
    public async Task A_client_that_stays_loses_nothing_when_the_server_is_stopped_for_a_while()
    {
        const int Count = 300;
        await using var broker = await MosquittoBroker.RunAsync();
        await using (var away = broker.Client("mosquitto_sub", "-i", "reader", "-c", "-x", "3600", "-t", "t", "-q", "2", "-E")) await away.EndAsync();
        await using var client = new ReconnectingMqttClient(
            new MqttEndpoint("127.0.0.1", broker.Port, false),
            new() { Version = ProtocolVersion.V5, ClientId = "c", CleanSession = false },
            new() { MaxDelay = TimeSpan.FromSeconds(1) });
        await client.WaitConnectedAsync();

        var publishing = new List<Task<MqttPublishResult>>();
        for (var i = 0; i < Count; i++)
        {
            publishing.Add(client.PublishAsync(new("t", Encoding.UTF8.GetBytes($"{i}"), MqttQoS.ExactlyOnce)));
            if (i == 100) await broker.StopAsync();
            if (i == 200) await broker.StartAsync();
        }

        Assert.All(await Task.WhenAll(publishing).WaitAsync(TimeSpan.FromSeconds(60)), result => Assert.True(result.IsSuccess));
        await using var reader = broker.Client("mosquitto_sub", "-i", "reader", "-c", "-x", "3600", "-t", "t", "-q", "2", "-C", $"{Count}", "-W", "30", "-D", "connect", "receive-maximum", $"{Count}");
        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"{i}"), (await reader.EndAsync()).Output.Split('\n'));
    }

    private static async Task ThereAndBackAsync(MqttClient client)
    {
        Assert.True(await client.SubscribeAsync("t/#", MqttQoS.ExactlyOnce));
        foreach (var qos in new[] { MqttQoS.AtMostOnce, MqttQoS.AtLeastOnce, MqttQoS.ExactlyOnce })
        {
            Assert.True((await client.PublishAsync(new("t/x", "hello"u8.ToArray(), qos))).IsSuccess);
            var message = await client.Messages.ReadAsync();
            Assert.Equal(("t/x", qos, "hello"), (message.Topic, message.QoS, Encoding.UTF8.GetString(message.Payload.Span)));
        }

        Assert.False(client.Closed.IsCompleted);
    }
}
