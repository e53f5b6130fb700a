using Edge.Gateway.Configuration;
using Edge.Gateway.Hosting;
using Edge.TestKit;

namespace Edge.Tests.Gateway;

public sealed class ConfigurationTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void The_sample_configuration_is_good() =>
        GatewayHost.Check(GatewayConfiguration.Load(Path.Combine(Repository.Root, "gateway.sample.yaml")));

    [Fact]
    public void A_look_at_the_configuration_makes_nothing()
    {
        GatewayHost.Check(GatewayConfiguration.Load(null, new Dictionary<string, string?> { ["gateway:dataFolder"] = _folder.File("data") }));

        Assert.False(Path.Exists(_folder.File("data")));
    }

    [Fact]
    public void All_faults_are_reported_together_each_with_key_and_remedy()
    {
        var error = Assert.Throws<ConfigurationException>(() => Build("""
            things: { domain: "not a domain" }
            mqtt: { maxPacketBytes: many, maxTopicBytes: 0 }
            listeners: { mqtt: { address: any }, xmpp: { port: 70000 } }
            storage: { drivr: sqlite }
            portel: { publicUrl: x }
            """));

        Assert.Contains(error.Errors, e => e.Contains("things:domain is 'not a domain'", StringComparison.Ordinal));
        Assert.Contains("mqtt:maxPacketBytes is 'many': give a whole number.", error.Errors);
        Assert.Contains(error.Errors, e => e.StartsWith("listeners:mqtt:address is 'any', but this listener is clear text", StringComparison.Ordinal));
        Assert.Contains("listeners:xmpp:port is 70000: give 1 to 65535, or 0 for a free one.", error.Errors);
        Assert.Contains("storage:drivr is not a setting: did you mean driver?", error.Errors);
        Assert.Contains("portel is not a setting: did you mean portal?", error.Errors);
    }

    [Fact]
    public void Broken_yaml_is_reported_with_its_line()
    {
        var error = Assert.Throws<ConfigurationException>(() => Build("things:\n  domain: [a\n"));

        Assert.Contains(":", Assert.Single(error.Errors), StringComparison.Ordinal);
        Assert.Contains("not YAML", error.Errors[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("there is no such file", Assert.Throws<ConfigurationException>(() => GatewayConfiguration.Load(_folder.File("none.yaml"))).Errors[0], StringComparison.Ordinal);

    [Fact]
    public void What_a_command_sets_gives_way_to_the_file()
    {
        File.WriteAllText(_folder.File("gateway.yaml"), "things: { domain: of.file }");

        var configuration = GatewayConfiguration.Load(_folder.File("gateway.yaml"), new Dictionary<string, string?> { ["things:domain"] = "of.command", ["mqtt:maxInFlight"] = "7" });

        Assert.Equal(("of.file", "7"), (configuration["things:domain"], configuration["mqtt:maxInFlight"]));
    }

    [Fact]
    public void Every_section_has_the_settings_that_its_class_says()
    {
        foreach (var (path, type) in ConfigurationMap.All)
            Assert.True(type.GetConstructor(Type.EmptyTypes) is not null, $"{path}: {type} cannot be bound");
    }

    public void Dispose() => _folder.Dispose();

    private GatewayHost Build(string yaml)
    {
        var file = _folder.File("gateway.yaml");
        File.WriteAllText(file, yaml);
        return GatewayHost.Build(GatewayConfiguration.Load(file, new Dictionary<string, string?> { ["gateway:dataFolder"] = _folder.File("data"), ["listeners:takenPort"] = "next" }));
    }
}
