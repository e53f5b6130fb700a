using Edge.TestKit;

namespace Edge.Conformance.Mqtt;

/// <summary>Eclipse Paho for Python as a client of MQTT 5.0.</summary>
public sealed class PahoTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<string, string> Scenes
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var scene in Expected.Keys)
                foreach (var transport in new[] { "tcp", "tls", "wss" }) data.Add(scene, transport);

            return data;
        }
    }

    private static Dictionary<string, string> Expected { get; } = new()
    {
        ["properties"] =
            """
            home/x 2 {}
            1 True application/json home/answer 00ff [('a', '1'), ('a', '2')]
            [7]
            ['Not authorized']
            home/x 1 to me
            """,
        ["session"] =
            """
            (0, 'Success')
            (1, 'Success')
            home/mail 1 kept
            (0, 'Success')
            """,
        ["shared"] =
            """
            ['Granted QoS 1']
            ['Granted QoS 1']
            [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] [0, 0]
            """,
        ["will"] =
            """
            home/will 1 gone 2
            True
            home/will 1 back in time
            True
            """,
        ["alias"] =
            """
            home/a 1 named
            home/a 1 by alias
            home/b 1 named anew
            home/b 1 by alias
            """,
    };

    [Theory]
    [MemberData(nameof(Scenes))]
    public async Task A_scene_ends_as_the_standard_says(string scene, string transport)
    {
        await using var host = await BrokerHost.StartAsync(_folder.Path);
        var port = transport switch
        {
            "wss" => host.HttpsPort,
            "tls" => host.TlsPort,
            _ => host.PlainPort,
        };

        await using var paho = PeerProcess.Start(
            Peer.RequirePython("paho.mqtt.client"),
            [Path.Combine(AppContext.BaseDirectory, "Mqtt", "paho_client.py"), scene, transport, $"{port}", host.CaFile, host.Token("paho", "rw home/#")]);

        var (code, output) = await paho.EndAsync();
        Assert.Equal(Expected[scene], output.ReplaceLineEndings("\n"));
        Assert.Equal(0, code);
    }

    public void Dispose() => _folder.Dispose();
}
