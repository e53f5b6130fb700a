using Edge.Mqtt.Features.Bridge;

namespace Edge.Tests.Mqtt.Features.Bridge;

public sealed class BridgeOptionsTests
{
    [Fact]
    public void A_bridge_needs_a_host_and_topics_and_no_more()
    {
        Assert.True(new BridgeOptionsValidator().Validate(null, new() { ["b"] = Good() }).Succeeded);
        Assert.Equal(["mqtt:bridges:b:host is missing: give the other broker's name or address.", "mqtt:bridges:b:topics is empty: give a line such as \"sensors/# out 1\"."], Errors(new()));
    }

    public static TheoryData<string, Action<BridgeOptions>> Faults => new()
    {
        { "mqtt:bridges:b:version", o => o.Version = "5" },
        { "mqtt:bridges:b:port", o => o.Port = 65_536 },
        { "mqtt:bridges:b:keepAliveSeconds", o => o.KeepAliveSeconds = 4 },
        { "mqtt:bridges:b:maxInFlight", o => o.MaxInFlight = 0 },
        { "mqtt:bridges:b:maxPacketBytes", o => o.MaxPacketBytes = 10 },
        { "mqtt:bridges:b:maxRetrySeconds", o => o.MaxRetrySeconds = 0 },
        { "mqtt:bridges:b:maxMegabytes", o => o.MaxMegabytes = 0 },
        { "mqtt:bridges:b:maxMessages", o => o.MaxMessages = 50_001 },
        { "mqtt:bridges:b:keepHours", o => o.KeepHours = double.NaN },
        { "mqtt:bridges:b:topics:1", o => o.Topics.Add("a sideways") },
        { "mqtt:bridges:b:caFile", o => o.CaFile = "/no/such/file" },
        { "mqtt:bridges:b:passwordFile", o => o.PasswordFile = "/no/such/file" },
        { "mqtt:bridges:b:certificateFile", o => o.CertificateFile = typeof(BridgeOptionsTests).Assembly.Location },
        { "mqtt:bridges:b:tls", o => (o.Tls, o.CaFile) = (false, typeof(BridgeOptionsTests).Assembly.Location) },
        { "mqtt:bridges:b:password", o => (o.Password, o.PasswordFile) = ("x", typeof(BridgeOptionsTests).Assembly.Location) },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_told_with_its_whole_key(string key, Action<BridgeOptions> spoil)
    {
        var options = Good();
        spoil(options);

        Assert.StartsWith(key + " ", Assert.Single(Errors(options)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_would_break_a_topic_is_refused() =>
        Assert.Contains("mqtt:bridges:a/b", Assert.Single(new BridgeOptionsValidator().Validate(null, new() { ["a/b"] = Good() }).Failures!), StringComparison.Ordinal);

    private static BridgeOptions Good() => new() { Host = "other.example", Topics = ["a/# out 1"] };

    private static List<string> Errors(BridgeOptions options) => [.. new BridgeOptionsValidator().Validate(null, new() { ["b"] = options }).Failures ?? []];
}
