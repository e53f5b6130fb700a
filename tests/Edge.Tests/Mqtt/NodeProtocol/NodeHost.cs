using System.Collections.Concurrent;

using Edge.FieldBus.MqttNodes;
using Edge.Identity.Devices;
using Edge.Identity.Tokens;
using Edge.Mqtt;
using Edge.Mqtt.Features;
using Edge.Mqtt.Features.NodeProtocol;
using Edge.Storage;
using Edge.TestKit;
using Edge.Tests.Things;
using Edge.Things;
using Edge.Things.Nodes;
using Edge.Things.Provisioning;
using Edge.Things.Registry;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Edge.Tests.Mqtt.NodeProtocol;

/// <summary>The node protocol with the domain behind it, as a host composes it; the broker is played by <see cref="ScriptedNode"/>.</summary>
internal sealed class NodeHost : IAsyncDisposable
{
    public static readonly Jid Owner = Jid.Parse("owner@edge.local");
    public static readonly Jid Visitor = Jid.Parse("visitor@edge.local");

    private readonly IHost _host;

    private NodeHost(IHost host, ManualClock clock, DictionaryStorage storage) => (_host, Clock, Storage) = (host, clock, storage);

    public ManualClock Clock { get; }

    public DictionaryStorage Storage { get; }

    public INodeLink Link => Get<INodeLink>();

    public IProvisioning Provisioning => Get<IProvisioning>();

    public IConcentrator Concentrator => Get<IConcentrator>();

    public FakeSecrets Secrets => (FakeSecrets)Get<IDeviceSecrets>();

    /// <summary>Every step that was told, as <c>node: word</c>.</summary>
    public ConcurrentQueue<string> Steps { get; } = new();

    /// <summary>Everything told about nodes.</summary>
    public ConcurrentQueue<LinkedNodeChanged> Changes { get; } = new();

    public static async Task<NodeHost> StartAsync(DictionaryStorage? storage = null, ManualClock? clock = null, params (string Key, string Value)[] settings)
    {
        clock ??= new();
        storage ??= new();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create<string, string?>("mqtt:nodeProtocol:" + s.Key, s.Value)));
        builder.Services.AddLogging()
            .AddSingleton<IStorage>(storage)
            .AddSingleton<TimeProvider>(clock)
            .AddSingleton<IDeviceSecrets, FakeSecrets>()
            .AddSingleton<ITokenService, FakeTokens>()
            .AddSingleton<NodeBootstrapFeature>()
            .AddSingleton<NodeProtocolFeature>()
            .AddEdgeThings(builder.Configuration.GetSection("things"))
            .AddMqttNodes();
        NodeProtocolFeature.AddServices(builder.Services, builder.Configuration.GetSection("mqtt:nodeProtocol"));
        var host = new NodeHost(builder.Build(), clock, storage);
        await host.Secrets.AddAsync(new("sensor-1", ScriptedNode.Secret, "KEY-1") { Name = "Sensor 1" });
        host.Get<IDomainEvents>().Subscribe<LinkedNodeChanged>((changed, _) =>
        {
            host.Steps.Enqueue($"{changed.Node.NodeId}: {changed.What}");
            host.Changes.Enqueue(changed);
            return default;
        });
        await host._host.StartAsync();
        return host;
    }

    public T Get<T>() where T : notnull => _host.Services.GetRequiredService<T>();

    /// <summary>The node as the domain sees it.</summary>
    public LinkedNode Node(string nodeId = "sensor-1") => Link.Nodes.Single(n => n.NodeId == nodeId);

    /// <summary>A node without a token; null where it was not let in.</summary>
    public async Task<ScriptedNode?> TryBootstrapAsync(string nodeId = "sensor-1", string? userName = null, string? password = null)
    {
        var connecting = new MqttConnecting(nodeId, new()) { UserName = userName ?? nodeId, Password = password, CleanSession = true };
        await Get<NodeBootstrapFeature>().OnConnectingAsync(connecting, default);
        return connecting is { Identity: { } identity, Refusal: null } ? await ScriptedNode.ConnectAsync(this, nodeId, identity) : null;
    }

    /// <summary>A node without a token that has said hello.</summary>
    public async Task<ScriptedNode> NewNodeAsync(string nodeId = "sensor-1")
    {
        var node = await TryBootstrapAsync(nodeId) ?? throw new InvalidOperationException("It was not let in.");
        await node.SayAsync("hello", ScriptedNode.Hello);
        return node;
    }

    /// <summary>A node with a token, from button to hello, in a session of its own.</summary>
    public async Task<ScriptedNode> TrustedNodeAsync(string nodeId = "sensor-1")
    {
        var bootstrap = await NewNodeAsync(nodeId);
        await bootstrap.EarnTokenAsync(TimeSpan.FromSeconds(30));
        await bootstrap.LeaveAsync();
        return await ReturnAsync(nodeId);
    }

    /// <summary>A node that connects with its token and says hello.</summary>
    public async Task<ScriptedNode> ReturnAsync(string nodeId = "sensor-1", string? hello = null)
    {
        var identity = new MqttIdentity(nodeId, NodeScope.Of(nodeId), Clock.GetUtcNow() + TimeSpan.FromHours(1));
        var node = await ScriptedNode.ConnectAsync(this, nodeId, identity);
        await node.SayAsync("hello", hello ?? ScriptedNode.Hello);
        return node;
    }

    /// <summary>Gives the node an owner, by its sticker.</summary>
    public async Task<Thing> ClaimAsync(string nodeId = "sensor-1")
    {
        var tags = Get<INodeClaims>().ClaimTags(new(nodeId, "mqtt"));
        Assert.NotNull(tags);
        var thing = await Get<IThingRegistry>().ClaimAsync(Owner, tags);
        Assert.NotNull(thing);
        return thing;
    }

    /// <summary>The owner answers the only question that waits for him.</summary>
    public async Task AnswerAsync(params string[] allowed)
    {
        var question = Assert.Single(Provisioning.QuestionsFor(Owner));
        Assert.Equal(AnswerResult.Stored, await Provisioning.AnswerAsync(Owner, question.Id, new(NameSet.Of(allowed), SubjectKind.Caller, null)));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
