using Edge.Mqtt;
using Edge.TestKit;
using Edge.Tests.Mqtt.Harness;

namespace Edge.Tests.Mqtt.Sessions;

public sealed class SessionMemoryTests
{
    [Fact]
    public async Task A_client_that_comes_and_goes_is_watched_once()
    {
        await using var broker = await TestBroker.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            var talker = await broker.TalkAsync("meter", "session-expiry=3600");
            Assert.Equal(0, broker.Sessions.Watched);
            await talker.LeaveAsync();
        }

        Assert.Equal(1, broker.Sessions.Watched);
    }

    [Fact]
    public async Task A_session_that_its_client_drops_is_not_kept_until_its_time_is_over()
    {
        await using var broker = await TestBroker.StartAsync();
        await (await broker.TalkAsync("meter", "session-expiry=3600")).LeaveAsync();
        await (await broker.TalkAsync("meter", "clean")).LeaveAsync();

        Assert.Equal(0, broker.Sessions.Watched);
    }

    [Fact]
    public async Task Properties_take_room_in_the_queue()
    {
        await using var broker = await TestBroker.StartAsync("maxQueuedBytes=1024");
        await (await broker.SubscribedAsync("away", "session-expiry=3600", "t:1")).LeaveAsync();
        for (var i = 0; i < 5; i++)
        {
            await broker.Publisher.PublishAsync(new("t", "x"u8.ToArray(), MqttQoS.AtLeastOnce)
            {
                Properties = new() { UserProperties = [new("name", new string('v', 500))] },
            });
        }

        Assert.Equal(2, broker.Sessions.Find(new("away", "away"))!.QueuedMessages);
    }
}
