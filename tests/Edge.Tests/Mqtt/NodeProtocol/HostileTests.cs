using System.Text;

using Edge.Protocol;
using Edge.Things.Nodes;

namespace Edge.Tests.Mqtt.NodeProtocol;

/// <summary>Whatever a node sends, it is answered with an error or taken, and nothing else happens.</summary>
public sealed class HostileTests
{
    private static readonly string[] Messages =
    [
        NodeMessages.Hello, NodeMessages.Befriended, NodeMessages.Discover, NodeMessages.GetToken, NodeMessages.GetTokenChallengeResponse,
        NodeMessages.Refresh, NodeMessages.IsFriend, NodeMessages.CanRead, NodeMessages.CanControl, NodeMessages.ClearCacheResponse,
        NodeMessages.Telemetry, NodeMessages.State, NodeMessages.Accepted, NodeMessages.Rejected, NodeMessages.Fields, NodeMessages.SetResponse,
        NodeMessages.Error, "unknown", "befriend", "set", "ünïcode",
    ];

    public static TheoryData<string> EveryMessage => [.. Messages];

    [Theory]
    [MemberData(nameof(EveryMessage))]
    public async Task Bytes_that_are_no_json_are_answered_with_bad_request(string message)
    {
        await using var host = await NodeHost.StartAsync();
        var node = await host.TrustedNodeAsync();
        foreach (var payload in new[] { "", "{", "null", "7", "\"x\"", "{}{}", "{\"id\":1,\"id\":2}", "{'id':1}", new string('[', 500) })
        {
            var publishing = await node.SayAsync(message, payload);
            Assert.True(publishing.IsTaken);
            if (message == NodeMessages.Error) Assert.Empty(node.Inbox);
            else Assert.Equal("bad-request", (string?)(await node.HearsAsync("error"))["condition"]);
        }

        Assert.Equal(NodeTrust.Trusted, host.Node().Trust);
    }

    [Theory]
    [InlineData("unknown")]
    [InlineData("befriend")]
    [InlineData("set")]
    [InlineData("manage")]
    [InlineData("tokenChallenge")]
    public async Task A_message_that_the_gateway_does_not_take_is_answered_with_its_id(string message)
    {
        await using var host = await NodeHost.StartAsync();
        var node = await host.TrustedNodeAsync();
        await node.SayAsync(message, """{"id":9}""");
        var error = await node.HearsAsync("error");
        Assert.Equal((9, "feature-not-implemented"), ((int)error["id"]!, (string)error["condition"]!));
    }

    [Theory]
    [MemberData(nameof(EveryMessage))]
    public async Task A_message_that_is_too_long_is_refused_whatever_it_says(string message)
    {
        await using var host = await NodeHost.StartAsync();
        var node = await host.TrustedNodeAsync();
        await node.SayAsync(message, Encoding.UTF8.GetBytes($$"""{"id":1,"text":"{{new string('x', 5000)}}"}"""));
        if (message == NodeMessages.Error) Assert.Empty(node.Inbox);
        else Assert.Equal("policy-violation", (string?)(await node.HearsAsync("error"))["condition"]);
    }

    [Theory]
    [InlineData("""{"man":7,"model":null}""", true)] // wrong types are nothing said
    [InlineData("""{"model":"a\u0000b"}""", false)]
    [InlineData("""{"model":"01234567890123456789012345678901234567890123456789012345678901234"}""", false)]
    [InlineData("""{"fields":{}}""", false)]
    [InlineData("""{"fields":[1]}""", false)]
    [InlineData("""{"fields":[{}]}""", false)]
    [InlineData("""{"fields":[{"n":""}]}""", false)]
    [InlineData("""{"fields":[{"n":"a"},{"n":"a"}]}""", false)]
    [InlineData("""{"fields":[{"n":"a","u":"\u0007"}]}""", false)]
    [InlineData("""{"parameters":[{"n":"a\n"}]}""", false)]
    [InlineData("""{"fields":[{"n":"a"},{"n":"b"},{"n":"c"}]}""", false)]
    [InlineData("""{"fields":[{"n":"a"}],"parameters":[{"n":"a","t":"boolean"}],"more":{"x":[1]}}""", true)]
    public async Task A_hello_is_checked(string hello, bool isGood)
    {
        await using var host = await NodeHost.StartAsync(settings: [("maxReadings", "2"), ("askEveryMinutes", "0")]);
        var node = await host.TryBootstrapAsync();
        if (isGood) await node!.SayAsync("hello", hello);
        else await node!.IsRefusedAsync("bad-request", "hello", hello);
        Assert.Equal(isGood, host.Link.Nodes.Count == 1);
        Assert.Empty(node.Inbox);
    }

    /// <summary>Random mutations of sound messages, in both kinds of session: no exception, no trust gained or lost, and no answer but errors
    /// and those that the message may have.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Random_payloads_change_nothing(int seed)
    {
        var random = new Random(seed);
        await using var host = await NodeHost.StartAsync(settings: [("askEveryMinutes", "0"), ("maxChallenges", "1")]);
        var trusted = await host.TrustedNodeAsync();
        await host.Secrets.AddAsync(new("sensor-2", ScriptedNode.Secret, "KEY-2"));
        var stranger = await host.NewNodeAsync("sensor-2");
        string[] sound =
        [
            ScriptedNode.Hello, """[{"n":"temperature","v":21.5,"t":-1},{"n":"humidity","vb":true}]""", """{"id":1,"seqnr":1,"response":"AAAA"}""",
            """{"id":2,"jid":"visitor@edge.local","fields":["temperature"],"fieldTypes":["all"],"nodes":["sensor-1"]}""",
            """{"id":3,"result":"accepted"}""", """{"id":4,"code":"OK","parameters":["led"],"senml":[{"n":"a","v":1e308}],"done":true}""",
        ];
        for (var i = 0; i < 2000; i++)
        {
            var payload = Mutate(Encoding.UTF8.GetBytes(sound[random.Next(sound.Length)]), random);
            await trusted.SayAsync(Messages[random.Next(Messages.Length)], payload);
            await stranger.SayAsync(Messages[random.Next(Messages.Length)], payload);
            trusted.Inbox.Clear();
            Assert.DoesNotContain(stranger.Inbox, m => m.Topic.EndsWith("/getTokenResponse", StringComparison.Ordinal));
            stranger.Inbox.Clear();
        }

        Assert.Equal(NodeTrust.Trusted, host.Node().Trust);
        Assert.Equal(NodeTrust.Untrusted, host.Node("sensor-2").Trust);
        Assert.Empty(host.Provisioning.QuestionsFor(NodeHost.Owner));
    }

    private static byte[] Mutate(byte[] payload, Random random)
    {
        for (var flips = random.Next(4); flips > 0; flips--) payload[random.Next(payload.Length)] = (byte)random.Next(256);
        return random.Next(4) == 0 ? payload[..random.Next(payload.Length)] : payload;
    }
}
