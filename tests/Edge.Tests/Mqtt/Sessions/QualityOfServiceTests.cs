using Edge.Mqtt;
using Edge.Tests.Mqtt.Harness;

namespace Edge.Tests.Mqtt.Sessions;

public sealed class QualityOfServiceTests
{
    [Theory]
    [InlineData(MqttQoS.AtMostOnce)]
    [InlineData(MqttQoS.AtLeastOnce)]
    [InlineData(MqttQoS.ExactlyOnce)]
    public async Task A_message_reaches_its_subscriber(MqttQoS qos)
    {
        await using var broker = await TestBroker.StartAsync();
        await using var subscriber = await broker.ConnectAnyAsync("sub");
        await using var publisher = await broker.ConnectAnyAsync("pub");
        Assert.True(await subscriber.SubscribeAsync("a/+/c", qos));

        await publisher.PublishAsync(new("a/b/c", "hello"u8.ToArray(), qos));

        var message = await subscriber.Messages.ReadAsync();
        Assert.Equal("a/b/c", message.Topic);
        Assert.Equal("hello"u8.ToArray(), message.Payload.ToArray());
        Assert.Equal(qos, message.QoS);
        Assert.False(message.Retain);
    }

    [Theory]
    [InlineData(0, 2, 0)]
    [InlineData(1, 2, 1)]
    [InlineData(2, 1, 1)]
    [InlineData(2, 0, 0)]
    [InlineData(1, 0, 0)]
    public async Task The_lower_of_published_and_granted_holds(byte published, byte granted, byte received)
    {
        await using var broker = await TestBroker.StartAsync();
        await using var client = await broker.ConnectAnyAsync();
        await client.SubscribeAsync("t", (MqttQoS)granted);

        await client.PublishAsync(new("t", "x"u8.ToArray(), (MqttQoS)published));

        Assert.Equal((MqttQoS)received, (await client.Messages.ReadAsync()).QoS);
    }

    [Fact]
    public async Task Overlapping_subscriptions_deliver_once_at_the_highest_quality()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var client = await broker.ConnectAnyAsync();
        await client.SubscribeAsync("a/#", MqttQoS.AtMostOnce);
        await client.SubscribeAsync("a/+", MqttQoS.ExactlyOnce);
        await client.SubscribeAsync("a/b", MqttQoS.AtLeastOnce);

        await client.PublishAsync(new("a/b", "1"u8.ToArray(), MqttQoS.ExactlyOnce));
        await client.PublishAsync(new("a/b", "2"u8.ToArray(), MqttQoS.ExactlyOnce));

        var (first, second) = (await client.Messages.ReadAsync(), await client.Messages.ReadAsync());
        Assert.Equal("1"u8.ToArray(), first.Payload.ToArray());
        Assert.Equal("2"u8.ToArray(), second.Payload.ToArray());
        Assert.Equal(MqttQoS.ExactlyOnce, first.QoS);
    }
}
