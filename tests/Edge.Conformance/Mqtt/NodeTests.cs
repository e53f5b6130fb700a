using Edge.TestKit;

namespace Edge.Conformance.Mqtt;

/// <summary>npm's <c>mqtt</c> package against the broker.</summary>
public sealed class NodeTests : IDisposable
{
    private const string Common =
        """
        home/lamp 0 on 0
        home/lamp 1 on 1
        home/lamp 2 on 2
        large 100000
        home/door 1 open
        home/door 0 retained open
        home/door 0 
        """;

    private const string V5 =
        """
        Subscribe error: Not authorized
        Publish error: Not authorized
        home/properties 1 {}
          contentType "application/json"
          correlationData "00ff"
          messageExpiryInterval true
          payloadFormatIndicator true
          responseTopic "home/answer"
          subscriptionIdentifier 7
          userProperties {"a":["1","2"],"b":"3"}
        home/alias 1 alias 0
        home/alias 1 alias 1
        home/alias 1 alias 2
        sent by alias false,true,true; received by alias true,true,true
        """;

    // Before 5.0 a refused message is dropped in silence.
    private const string V311 =
        """
        Subscribe error: Unspecified error
        taken
        """;

    private const string Session =
        """
        session present true
        home/mail 1 kept
        bye
        """;

    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("mqtt", 4)]
    [InlineData("mqtts", 4)]
    [InlineData("wss", 4)]
    [InlineData("mqtt", 5)]
    [InlineData("mqtts", 5)]
    [InlineData("wss", 5)]
    public async Task Messages_properties_refusals_and_sessions_are_as_the_standard_says(string scheme, int version)
    {
        await using var host = await BrokerHost.StartAsync(_folder.Path);
        var url = scheme switch
        {
            "wss" => $"wss://localhost:{host.HttpsPort}/mqtt",
            "mqtts" => $"mqtts://localhost:{host.TlsPort}",
            _ => $"mqtt://localhost:{host.PlainPort}",
        };

        await using var client = PeerProcess.Start(
            Peer.RequireNode("mqtt"),
            [Path.Combine(AppContext.BaseDirectory, "Mqtt", "mqtt_js_client.js"), Peer.NodeModules, url, $"{version}", host.CaFile, host.Token("js", "rw home/#")]);

        var (code, output) = await client.EndAsync();
        Assert.Equal($"{Common}\n{(version == 5 ? V5 : V311)}\n{Session}", output.ReplaceLineEndings("\n"));
        Assert.Equal(0, code);
    }

    public void Dispose() => _folder.Dispose();
}
