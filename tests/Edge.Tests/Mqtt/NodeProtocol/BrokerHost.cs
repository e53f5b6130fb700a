using System.Text;
using System.Text.Json.Nodes;

using Edge.FieldBus.MqttNodes;
using Edge.Identity;
using Edge.Identity.Devices;
using Edge.Mqtt;
using Edge.Mqtt.Client;
using Edge.Storage;
using Edge.TestKit;
using Edge.Tests.Mqtt.Harness;
using Edge.Tests.Things;
using Edge.Things;
using Edge.Transport;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Edge.Tests.Mqtt.NodeProtocol;

/// <summary>The real broker with every feature, real tokens and the real domain, in memory.</summary>
internal sealed class BrokerHost : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly TempFolder _folder;

    private BrokerHost(IHost host, TempFolder folder) => (_host, _folder) = (host, folder);

    public T Get<T>() where T : notnull => _host.Services.GetRequiredService<T>();

    public static async Task<BrokerHost> StartAsync(DictionaryStorage storage, TempFolder folder)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create<string, string?>("mqtt:nodeProtocol:askEveryMinutes", "0")]);
        builder.Services.AddLogging().AddSingleton<IStorage>(storage).AddSingleton(TimeProvider.System);
        builder.Services
            .AddEdgeTransport(builder.Configuration.GetSection("tls"))
            .AddEdgeIdentity(builder.Configuration.GetSection("identity"), folder.Path)
            .AddEdgeThings(builder.Configuration.GetSection("things"))
            .AddEdgeMqtt(builder.Configuration.GetSection("mqtt"))
            .AddMqttNodes();
        var host = builder.Build();
        await host.StartAsync();
        await host.Services.GetRequiredService<IDeviceSecrets>().AddAsync(new("sensor-1", ScriptedNode.Secret, "KEY-1") { Name = "Sensor 1" });
        return new(host, folder);
    }

    /// <summary>A client of the broker.</summary>
    public async Task<BrokerNode> ConnectAsync(string clientId, string? token, MqttMessage? will = null)
    {
        var pipes = new PipePair();
        _ = Get<MqttBroker>().ServeAsync(pipes.Server, null, new());
        return new(clientId, await MqttClient.ConnectAsync(pipes.Client, new() { ClientId = clientId, UserName = clientId, Password = token, Will = will }));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}

/// <summary>A node, or somebody else, connected to the broker.</summary>
internal sealed class BrokerNode(string nodeId, MqttClient client) : IAsyncDisposable
{
    public MqttClient Client => client;

    public Task SayAsync(string message, string json, bool retain = false) =>
        client.PublishAsync(new($"edge/v1/{nodeId}/up/{message}", Encoding.UTF8.GetBytes(json), MqttQoS.AtLeastOnce, retain));

    public Task<bool> ListenAsync() => client.SubscribeAsync($"edge/v1/{nodeId}/down/#");

    /// <summary>The next message, which must be this one.</summary>
    public async Task<JsonNode> HearsAsync(string message)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20), TimeProvider.System);
        var heard = await client.Messages.ReadAsync(patience.Token);
        Assert.Equal($"edge/v1/{nodeId}/down/{message}", heard.Topic);
        return JsonNode.Parse(heard.Payload.Span)!;
    }

    public ValueTask DisposeAsync() => client.DisposeAsync();
}
