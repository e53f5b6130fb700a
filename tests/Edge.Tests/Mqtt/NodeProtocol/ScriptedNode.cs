using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

using Edge.Mqtt;
using Edge.Mqtt.Features;
using Edge.Mqtt.Features.NodeProtocol;
using Edge.Mqtt.Wire;
using Edge.TestKit;
using Edge.Things.Nodes;
using Edge.Transport;

namespace Edge.Tests.Mqtt.NodeProtocol;

/// <summary>A node that says what a test tells it to, and keeps what it hears.</summary>
internal sealed class ScriptedNode : IMqttSession
{
    public const string Hello = """
        {"man":"Edge","model":"SN-1","sn":"0001","hw":"1","fw":"0.1.0","state":"factory","features":["led"],
         "fields":[{"n":"temperature","u":"Cel","t":"number"},{"n":"humidity","u":"%RH","t":"number"}],
         "parameters":[{"n":"led","t":"boolean"},{"n":"interval","t":"integer"}]}
        """;

    public static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private readonly NodeHost _host;
    private bool _isGone;

    private ScriptedNode(NodeHost host, string nodeId, MqttIdentity identity) => (_host, ClientId, Identity) = (host, nodeId, identity);

    public string ClientId { get; }

    public MqttIdentity Identity { get; private set; }

    public EndPoint? RemoteEndPoint => null;

    public ProtocolVersion Version => ProtocolVersion.V311;

    public MqttMessage? Will => null;

    public uint ExpirySeconds => 0;

    public uint WillDelaySeconds => 0;

    public MqttSessionStatistics Statistics => default;

    public int KeepAliveSeconds => 60;

    public TimeSpan Age => TimeSpan.Zero;

    public TimeSpan Silence => TimeSpan.Zero;

    /// <summary>What it heard and nobody has looked at yet.</summary>
    public ConcurrentQueue<MqttMessage> Inbox { get; } = new();

    /// <summary>Set, nothing reaches it.</summary>
    public bool IsDeaf { get; set; }

    public static async Task<ScriptedNode> ConnectAsync(NodeHost host, string nodeId, MqttIdentity identity)
    {
        var node = new ScriptedNode(host, nodeId, identity);
        await host.Get<NodeProtocolFeature>().OnConnectedAsync(node, default);
        return node;
    }

    public Task RoomAsync() => Task.CompletedTask;

    public ValueTask<bool> DeliverAsync(MqttMessage message, CancellationToken cancel = default)
    {
        if (_isGone || IsDeaf) return new(false);

        Inbox.Enqueue(message);
        return new(true);
    }

    public void ChangeIdentity(MqttIdentity identity) => Identity = identity;

    public void End(EndReason reason, string detail, MqttReason? code = null) => _isGone = true;

    /// <summary>Publishes below its own <c>up</c>, where its identity lets it.</summary>
    public Task<MqttPublishing> SayAsync(string message, string json) => SayAsync(message, Encoding.UTF8.GetBytes(json));

    public Task<MqttPublishing> SayAsync(string message, byte[] payload) => PublishAsync($"edge/v1/{ClientId}/up/{message}", payload);

    public async Task<MqttPublishing> PublishAsync(string topic, byte[] payload)
    {
        var publishing = new MqttPublishing(this, new(topic, payload, MqttQoS.AtLeastOnce));
        if (!Identity.MayWrite(topic)) publishing.Refuse("scope");
        else await _host.Get<NodeProtocolFeature>().OnPublishAsync(publishing, default);
        return publishing;
    }

    /// <summary>The next thing that it hears, which must be this message.</summary>
    public async Task<JsonNode> HearsAsync(string message)
    {
        MqttMessage? heard = null;
        await Eventually.HoldsAsync(() => Inbox.TryDequeue(out heard), what: $"{ClientId} hears {message}");
        Assert.Equal($"edge/v1/{ClientId}/down/{message} {Encoding.UTF8.GetString(heard!.Payload.Span)}", $"{heard.Topic} {Encoding.UTF8.GetString(heard.Payload.Span)}");
        return JsonNode.Parse(heard.Payload.Span)!;
    }

    /// <summary>Says something that is answered with an error.</summary>
    public async Task IsRefusedAsync(string condition, string message, string json)
    {
        var publishing = await SayAsync(message, json);
        Assert.True(publishing.IsTaken);
        var error = await HearsAsync("error");
        Assert.Equal(condition, (string?)error["condition"]);
        Assert.NotEmpty((string)error["text"]!);
    }

    /// <summary>Its button is pressed, and it gets its token.</summary>
    public async Task<JsonNode> EarnTokenAsync(TimeSpan window)
    {
        var asking = _host.Link.BefriendAsync(ClientId, window);
        var befriend = await HearsAsync("befriend");
        await SayAsync("befriended", $$"""{"id":{{befriend["id"]}},"result":"accepted"}""");
        Assert.Equal(BefriendOutcome.Accepted, await asking);
        return await GetTokenAsync();
    }

    public async Task<JsonNode> GetTokenAsync()
    {
        await SayAsync("getToken", """{"id":7}""");
        var challenge = await HearsAsync("getTokenChallenge");
        Assert.Equal(7, (int)challenge["id"]!);
        await SayAsync("getTokenChallengeResponse", $$"""{"id":8,"seqnr":{{challenge["seqnr"]}},"response":"{{Respond(challenge)}}"}""");
        return await HearsAsync("getTokenResponse");
    }

    public string Respond(JsonNode challenge, byte[]? secret = null) =>
        Convert.ToBase64String(FakeSecrets.Respond(secret ?? Secret, Convert.FromBase64String((string)challenge["challenge"]!), ClientId));

    /// <summary>Its connection ends.</summary>
    public async Task LeaveAsync(bool isTakenOver = false)
    {
        _isGone = true;
        await _host.Get<NodeProtocolFeature>().OnDisconnectedAsync(this, new(EndReason.Closed, false, isTakenOver), default);
    }
}
