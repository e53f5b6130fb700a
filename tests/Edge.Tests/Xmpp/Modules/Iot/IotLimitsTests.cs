using Edge.Xmpp.Modules.Iot;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Edge.Tests.Xmpp.Modules.Iot;

public sealed class IotLimitsTests
{
    [Theory]
    [InlineData("maxNodesPerRequest", "1", "<node nodeId='s1'/><node nodeId='s2'/>")]
    [InlineData("maxNamesPerRequest", "1", "<node nodeId='s1'/><field name='a'/><field name='b'/>")]
    [InlineData("maxNameLength", "16", "<node nodeId='s1'/><field name='12345678901234567'/>")]
    [InlineData("maxNameLength", "16", "<node nodeId='12345678901234567'/>")]
    public async Task More_than_a_request_may_hold_is_refused_with_the_key_of_the_limit(string key, string limit, string content)
    {
        await using var host = await IotHost.StartAsync(null, ("xmpp:iot:" + key, limit));

        var answer = await host.GetAsync(IotHost.Visitor, IotHost.Concentrator, $"<req xmlns='urn:xmpp:iot:sensordata' seqnr='1'>{content}</req>");

        Assert.Equal("bad-request", answer.Error?.Condition);
        Assert.Contains("xmpp:iot:" + key, answer.Error!.Text!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Long_tokens_are_refused_with_the_key_of_the_limit()
    {
        await using var host = await IotHost.StartAsync(null, ("xmpp:iot:maxTokenLength", "8"));

        var answer = await host.GetAsync(IotHost.Visitor, IotHost.Concentrator,
            "<req xmlns='urn:xmpp:iot:sensordata' seqnr='1' serviceToken='12345' userToken='6789'><node nodeId='s1'/></req>");

        Assert.Contains("xmpp:iot:maxTokenLength", answer.Error!.Text!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_reach_the_bus()
    {
        await using var host = await IotHost.StartAsync();
        await host.OwnAsync("s1");

        await host.GetAsync(IotHost.Owner + "/desk", IotHost.Concentrator,
            "<req xmlns='urn:xmpp:iot:sensordata' seqnr='1' serviceToken='S' deviceToken='D' userToken='U'><node nodeId='s1'/></req>");

        Assert.Equal(new("S", "D", "U"), host.Bus.Reads.Single().Request.Tokens);
    }

    [Fact]
    public void Every_wrong_setting_is_told_at_once_with_its_key_and_the_remedy()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        string[] keys =
        [
            "iot:maxNodesPerRequest", "iot:maxNamesPerRequest", "iot:maxNameLength", "iot:maxTokenLength", "sensorData:maxReadoutsPerRequester",
            "sensorData:maxReadouts", "sensorData:maxFieldsPerMessage", "sensorData:maxCharactersPerMessage", "sensorData:acceptAfterSeconds",
            "sensorData:maxDurationSeconds", "sensorData:maxAheadSeconds", "provisioning:maxDevices", "provisioning:acknowledgeSeconds",
            "provisioning:retrySeconds", "provisioning:maxWaitingQuestions", "thingRegistry:acknowledgeSeconds", "thingRegistry:maxThingsOnline",
            "thingRegistry:maxFound",
        ];
        builder.Configuration.AddInMemoryCollection(keys.Select(k => KeyValuePair.Create<string, string?>("xmpp:" + k, "-1")));
        IotHost.AddModules(builder.Services, builder.Configuration.GetSection("xmpp"));
        using var host = builder.Build();

        var errors = Errors(host);

        Assert.Equal(keys.Order(StringComparer.Ordinal), errors.Select(e => e["xmpp:".Length..e.IndexOf(" is -1: give ", StringComparison.Ordinal)]).Order(StringComparer.Ordinal));
    }

    private static List<string> Errors(IHost host)
    {
        try
        {
            host.Services.GetRequiredService<IStartupValidator>().Validate();
            return [];
        }
        catch (OptionsValidationException one)
        {
            return [.. one.Failures];
        }
        catch (AggregateException all)
        {
            return [.. all.InnerExceptions.OfType<OptionsValidationException>().SelectMany(e => e.Failures)];
        }
    }

    [Theory]
    [InlineData("plain °C 🌡", "plain °C 🌡")]
    [InlineData("a\0b", "ab")]
    [InlineData("\u0001\u0002", "")]
    public void Texts_lose_what_xml_cannot_carry(string text, string expected) => Assert.Equal(expected, XmlText.Clean(text));
}
