using Edge.Mqtt;
using Edge.Mqtt.Features.Authentication;
using Edge.Mqtt.Features.KeepAlive;
using Edge.Mqtt.Features.RateLimit;
using Edge.Mqtt.Features.Retained;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Edge.Tests.Mqtt;

public sealed class MqttOptionsTests
{
    [Theory]
    [InlineData("maxPacketBytes", "0", "mqtt:maxPacketBytes is 0: give 256 to 268435455.")]
    [InlineData("maxConnectBytes", "1", "mqtt:maxConnectBytes is 1: give 256 to 268435455.")]
    [InlineData("connectSeconds", "0", "mqtt:connectSeconds is 0: give 1 to 300.")]
    [InlineData("maxClientIdBytes", "22", "mqtt:maxClientIdBytes is 22: give 23 to 65535.")]
    [InlineData("maxTopicBytes", "70000", "mqtt:maxTopicBytes is 70000: give 1 to 65535.")]
    [InlineData("maxTopicLevels", "0", "mqtt:maxTopicLevels is 0: give 1 to 128.")]
    [InlineData("maxFiltersPerPacket", "0", "mqtt:maxFiltersPerPacket is 0: give 1 to 10000.")]
    [InlineData("maxSubscriptions", "0", "mqtt:maxSubscriptions is 0: give 1 to 100000.")]
    [InlineData("maxConnectionsPerSubject", "0", "mqtt:maxConnectionsPerSubject is 0: give 1 to 1000000.")]
    [InlineData("maxPersistentSessions", "-1", "mqtt:maxPersistentSessions is -1: give 0 to 1000000.")]
    [InlineData("maxPersistentSessionsPerSubject", "-1", "mqtt:maxPersistentSessionsPerSubject is -1: give 0 to 1000000.")]
    [InlineData("sessionExpiryHours", "0", "mqtt:sessionExpiryHours is 0: give 1 to 87600.")]
    [InlineData("maxInFlight", "0", "mqtt:maxInFlight is 0: give 1 to 1000.")]
    [InlineData("receiveMaximum", "0", "mqtt:receiveMaximum is 0: give 1 to 65535.")]
    [InlineData("maxQueuedMessages", "60000", "mqtt:maxQueuedMessages is 60000: give 1 to 50000.")]
    [InlineData("maxQueuedBytes", "0", "mqtt:maxQueuedBytes is 0: give 1024 to 4294967296.")]
    [InlineData("outboxMessages", "10", "mqtt:outboxMessages is 10: give 1025 to 1000000.")]
    [InlineData("outboxBytes", "1", "mqtt:outboxBytes is 1: give 16384 to 1073741824.")]
    [InlineData("connections:total", "0", "mqtt:connections:total is 0: give 1 to 1000000.")]
    [InlineData("connections:perAddress", "5000000", "mqtt:connections:perAddress is 5000000: give 1 to 1000000.")]
    [InlineData("connections:ratePerAddress", "0", "mqtt:connections:ratePerAddress is 0: give 1 to 1000000.")]
    [InlineData("connections:burstPerAddress", "0", "mqtt:connections:burstPerAddress is 0: give 1 to 1000000.")]
    [InlineData("maxTopicAliases", "-1", "mqtt:maxTopicAliases is -1: give 0 to 65535.")]
    [InlineData("slowConsumerMilliseconds", "-1", "mqtt:slowConsumerMilliseconds is -1: give 0 to 60000.")]
    [InlineData("authentication:graceSeconds", "3601", "mqtt:authentication:graceSeconds is 3601: give 0 to 3600.")]
    [InlineData("authentication:grants:0:who", "juliet", "mqtt:authentication:grants:0:who is 'juliet': give user:, certificate: or token: and a name or *, or role: and one of operator, owner, device, service.")]
    [InlineData("authentication:grants:0:topics:0:rw", "x", "mqtt:authentication:grants:0:topics:0:rw is 'x': give r, w or rw.")]
    [InlineData("authentication:grants:0:topics:0:topic", "a/%n/#", "mqtt:authentication:grants:0:topics:0:topic is 'a/%n/#': give a topic filter, such as home/%u/#, with no placeholder but %u and %c.")]
    [InlineData("authentication:grants:0:topics:0:topic", "a#", "mqtt:authentication:grants:0:topics:0:topic is 'a#': give a topic filter, such as home/%u/#, with no placeholder but %u and %c.")]
    [InlineData("keepAlive:idleSeconds", "1", "mqtt:keepAlive:idleSeconds is 1: give 10 to 604800.")]
    [InlineData("rateLimit:messagesPerSecond", "0", "mqtt:rateLimit:messagesPerSecond is 0: give 1 to 10000000.")]
    [InlineData("rateLimit:filtersPerSecond", "0", "mqtt:rateLimit:filtersPerSecond is 0: give 1 to 10000000.")]
    [InlineData("rateLimit:filterBurst", "0", "mqtt:rateLimit:filterBurst is 0: give 1 to 10000000.")]
    [InlineData("rateLimit:burst", "0", "mqtt:rateLimit:burst is 0: give 1 to 10000000.")]
    [InlineData("rateLimit:bytesPerSecond", "0", "mqtt:rateLimit:bytesPerSecond is 0: give 1024 to 1099511627776.")]
    [InlineData("rateLimit:burstBytes", "0", "mqtt:rateLimit:burstBytes is 0: give 1024 to 1099511627776.")]
    [InlineData("keepAlive:maxSeconds", "0", "mqtt:keepAlive:maxSeconds is 0: give 1 to 65535.")]
    [InlineData("retained:maxMessages", "-1", "mqtt:retained:maxMessages is -1: give 0 to 10000000.")]
    [InlineData("retained:maxBytes", "-1", "mqtt:retained:maxBytes is -1: give 0 to 68719476736.")]
    public void A_value_out_of_range_is_named_with_its_remedy(string key, string value, string error) =>
        Assert.Contains(error, Errors(KeyValuePair.Create(key, value)));

    [Fact]
    public void All_errors_are_told_at_once()
    {
        var errors = Errors(KeyValuePair.Create("maxInFlight", "0"), KeyValuePair.Create("maxTopicLevels", "0"));

        Assert.Equal(2, errors.Count);
    }

    [Fact]
    public void The_defaults_are_in_range() => Assert.Empty(Errors());

    private static List<string> Errors(params KeyValuePair<string, string>[] settings)
    {
        var section = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create("mqtt:" + s.Key, (string?)s.Value))).Build().GetSection("mqtt");
        var services = new ServiceCollection().AddEdgeMqtt(section).BuildServiceProvider();
        return
        [
            .. ErrorsOf<MqttOptions>(services), .. ErrorsOf<AuthenticationOptions>(services), .. ErrorsOf<KeepAliveOptions>(services),
            .. ErrorsOf<RateLimitOptions>(services), .. ErrorsOf<RetainedOptions>(services),
        ];
    }

    private static IEnumerable<string> ErrorsOf<T>(IServiceProvider services) where T : class
    {
        try
        {
            _ = services.GetRequiredService<IOptions<T>>().Value;
            return [];
        }
        catch (OptionsValidationException e)
        {
            return e.Failures;
        }
    }
}
