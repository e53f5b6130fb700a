using Edge.Mqtt.Features.NodeProtocol;

using Microsoft.Extensions.Options;

namespace Edge.Tests.Mqtt.NodeProtocol;

/// <summary>The section <c>mqtt:nodeProtocol</c>.</summary>
public sealed class NodeProtocolOptionsTests
{
    [Fact]
    public void Defaults_are_valid() => Assert.True(new NodeProtocolOptionsValidator().Validate(null, new()).Succeeded);

    [Fact]
    public void Every_number_is_checked_and_all_errors_come_together()
    {
        var options = new NodeProtocolOptions();
        var numbers = typeof(NodeProtocolOptions).GetProperties().Where(p => p.PropertyType == typeof(int)).ToArray();
        foreach (var number in numbers) number.SetValue(options, -1);

        var result = new NodeProtocolOptionsValidator().Validate(null, options);
        foreach (var number in numbers)
        {
            var key = "mqtt:nodeProtocol:" + char.ToLowerInvariant(number.Name[0]) + number.Name[1..];
            Assert.Contains(result.Failures!, f => f.StartsWith(key + " is -1: give ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_wrong_setting_keeps_the_host_from_starting()
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => NodeHost.StartAsync(settings: ("bootstrapSeconds", "3600")));
        Assert.Equal("mqtt:nodeProtocol:bootstrapSeconds is 3600: give 30 to 300.", Assert.Single(refused.Failures));
    }
}
