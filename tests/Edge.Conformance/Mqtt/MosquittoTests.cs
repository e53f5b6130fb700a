using Edge.Mqtt;
using Edge.TestKit;

namespace Edge.Conformance.Mqtt;

/// <summary>Eclipse Mosquitto's clients against the broker: TCP, TLS with the CA checked, real tokens, SQLite.</summary>
public sealed class MosquittoTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_bearer_token_is_accepted_and_a_message_goes_through(int qos)
    {
        await using var host = await BrokerHost.StartAsync(_folder.Path);
        var token = host.Token("owner@edge.local", "rw home/#");
        await using var subscriber = host.Mosquitto("mosquitto_sub", "sub", token, "-t", "home/+", "-q", $"{qos}", "-C", "1", "-W", "20", "-F", "%t %q %r %p");
        await host.SubscribedAsync("home/x");

        await using var publisher = host.Mosquitto("mosquitto_pub", "pub", token, "-t", "home/lamp", "-m", "on", "-q", $"{qos}");

        Assert.Equal((0, ""), await publisher.EndAsync());
        Assert.Equal((0, $"home/lamp {qos} 0 on"), await subscriber.EndAsync());
    }

    [Theory]
    [InlineData("wrong")]
    [InlineData("expired")]
    [InlineData("revoked")]
    [InlineData("missing")]
    public async Task A_bad_token_is_refused_as_not_authorized(string kind)
    {
        await using var host = await BrokerHost.StartAsync(_folder.Path);
        var token = kind switch
        {
            "wrong" => "not.a.token",
            "missing" => null,
            _ => host.Token("node", "rw #"),
        };
        if (kind == "expired") host.Clock.Offset = TimeSpan.FromHours(2);
        if (kind == "revoked") await host.Tokens.RevokeClientAsync("node");

        await using var publisher = host.Mosquitto("mosquitto_pub", "node", token, "-t", "t", "-m", "x");

        var (exit, output) = await publisher.EndAsync();
        Assert.Equal(5, exit); // mosquitto's exit code is the return code of CONNACK
        Assert.Contains("not authorised", output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_foreign_topic_can_be_neither_read_nor_written()
    {
        await using var host = await BrokerHost.StartAsync(_folder.Path);
        await using var refused = host.Mosquitto("mosquitto_sub", "node-1", host.Token("node-1", "r own/#"), "-t", "foreign/#", "-C", "1", "-W", "20");
        Assert.Contains("denied", (await refused.EndAsync()).Output, StringComparison.Ordinal);

        await using var watcher = host.Mosquitto("mosquitto_sub", "watch", host.Token("watch", "r #"), "-t", "#", "-q", "1", "-C", "1", "-W", "20", "-v");
        await host.SubscribedAsync("x");
        var token = host.Token("node-1", "w own/#");
        await using var foreign = host.Mosquitto("mosquitto_pub", "node-1", token, "-t", "foreign/x", "-m", "1", "-q", "1");
        Assert.Equal(0, (await foreign.EndAsync()).Code); // acknowledged and dropped: 3.1.1 cannot say no (§3.3.5)
        await using var own = host.Mosquitto("mosquitto_pub", "node-1", token, "-t", "own/x", "-m", "2", "-q", "1");
        await own.EndAsync();

        Assert.Equal((0, "own/x 2"), await watcher.EndAsync());
    }

    [Fact]
    public async Task A_retained_message_greets_a_later_subscriber()
    {
        await using var host = await BrokerHost.StartAsync(_folder.Path);
        var token = host.Token("owner", "rw #");
        await using (var publisher = host.Mosquitto("mosquitto_pub", "pub", token, "-t", "state/lamp", "-m", "on", "-r", "-q", "1")) await publisher.EndAsync();

        await using var subscriber = host.Mosquitto("mosquitto_sub", "sub", token, "-t", "state/#", "-C", "1", "-W", "20", "-F", "%r %p");

        Assert.Equal((0, "1 on"), await subscriber.EndAsync());
    }

    [Fact]
    public async Task A_client_that_is_killed_leaves_its_will()
    {
        await using var host = await BrokerHost.StartAsync(_folder.Path);
        await using var watcher = host.Mosquitto("mosquitto_sub", "watch", host.Token("watch", "r #"), "-t", "wills/+", "-C", "1", "-W", "20", "-v");
        await host.SubscribedAsync("wills/x");
        await using var node = host.Mosquitto(
            "mosquitto_sub", "node", host.Token("node", "r down/#", "w wills/node"), "-t", "down/#", "--will-topic", "wills/node", "--will-payload", "gone");
        await host.SubscribedAsync("down/x");

        node.Kill();

        Assert.Equal((0, "wills/node gone"), await watcher.EndAsync());
    }

    [Fact]
    public async Task A_persistent_session_outlives_a_restart_and_gets_what_it_missed()
    {
        await using (var host = await BrokerHost.StartAsync(_folder.Path))
        {
            await LeaveSubscribedAsync(host);
            await using var publisher = host.Mosquitto("mosquitto_pub", "pub", host.Token("pub", "w #"), "-t", "t", "-m", "missed", "-q", "1");
            Assert.Equal(0, (await publisher.EndAsync()).Code);
        }

        await using var restarted = await BrokerHost.StartAsync(_folder.Path);
        Assert.Equal((0, "missed"), await BackAsync(restarted));
    }

    [Fact]
    public async Task What_was_acknowledged_survives_a_power_cut()
    {
        using var after = new TempFolder();
        await using (var host = await BrokerHost.StartAsync(_folder.Path))
        {
            await LeaveSubscribedAsync(host);
            await using var publisher = host.Mosquitto("mosquitto_pub", "pub", host.Token("pub", "w #"), "-t", "t", "-m", "acknowledged", "-q", "2");
            Assert.Equal(0, (await publisher.EndAsync()).Code);
            CopyFiles(_folder.Path, after.Path); // what the disk has while the broker runs: the database and its write-ahead log
        }

        await using var restarted = await BrokerHost.StartAsync(after.Path);
        Assert.Equal((0, "acknowledged"), await BackAsync(restarted));
    }

    [Fact]
    public async Task A_certificate_of_another_CA_is_not_trusted()
    {
        using var other = new TempFolder();
        await using var host = await BrokerHost.StartAsync(_folder.Path);
        await using var stranger = await BrokerHost.StartAsync(other.Path);

        await using var publisher = PeerProcess.Start(
            Peer.Require("mosquitto_pub"), ["-h", "localhost", "-p", $"{host.TlsPort}", "--cafile", stranger.CaFile, "-t", "t", "-m", "x"]);

        Assert.NotEqual(0, (await publisher.EndAsync()).Code);
    }

    [Fact]
    public async Task A_flood_over_TLS_arrives_whole()
    {
        const int Count = 2000;
        await using var host = await BrokerHost.StartAsync(_folder.Path, "rateLimit:messagesPerSecond=1000000", "rateLimit:burst=1000000");
        var token = host.Token("flood", "rw #");
        await using var subscriber = host.Mosquitto("mosquitto_sub", "sub", token, "-t", "flood", "-q", "1", "-C", $"{Count}", "-W", "120");
        await host.SubscribedAsync("flood");
        var lines = _folder.File("lines");
        await File.WriteAllLinesAsync(lines, Enumerable.Range(0, Count).Select(i => $"{i}"));

        await using var publisher = PeerProcess.Start("/bin/sh", ["-c",
            $"exec {Peer.Require("mosquitto_pub")} -h localhost -p {host.TlsPort} --cafile {host.CaFile} -i pub -u pub -P {token} -t flood -q 1 -l < {lines}"]);

        Assert.Equal(0, (await publisher.EndAsync()).Code);
        var (exit, output) = await subscriber.EndAsync();
        Assert.Equal(0, exit);
        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"{i}"), output.Split('\n'));
    }

    public void Dispose() => _folder.Dispose();

    private static async Task LeaveSubscribedAsync(BrokerHost host)
    {
        await using var subscriber = host.Mosquitto("mosquitto_sub", "away", host.Token("away", "r #"), "-c", "-t", "t", "-q", "1", "-E");
        Assert.Equal(0, (await subscriber.EndAsync()).Code);
        await Eventually.HoldsAsync(() => host.Sessions.Connected().Count == 0 && host.Sessions.Count == 1);
    }

    private static async Task<(int Code, string Output)> BackAsync(BrokerHost host)
    {
        await using var back = host.Mosquitto("mosquitto_sub", "away", host.Token("away", "r #"), "-c", "-t", "t", "-q", "1", "-C", "1", "-W", "20");
        return await back.EndAsync();
    }

    private static void CopyFiles(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith("lock", StringComparison.Ordinal)))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            using var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = File.Create(target);
            source.CopyTo(copy);
        }
    }
}
