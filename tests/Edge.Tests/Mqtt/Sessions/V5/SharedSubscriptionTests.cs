using Edge.TestKit;
using Edge.Tests.Mqtt.Harness;

namespace Edge.Tests.Mqtt.Sessions.V5;

/// <summary>Shared subscriptions (MQTT 5.0 §4.8.2).</summary>
public sealed class SharedSubscriptionTests
{
    [Fact]
    public async Task Members_take_turns_and_others_get_everything()
    {
        await using var broker = await TestBroker.StartAsync();
        var first = await broker.SubscribedAsync("first", "clean", "$share/g/t/#:0");
        var second = await broker.SubscribedAsync("second", "clean", "$share/g/t/+:0");
        var third = await broker.SubscribedAsync("third", "clean", "$share/g/t/+:0");
        var other = await broker.SubscribedAsync("other", "clean", "$share/h/t/+:0");
        var alone = await broker.SubscribedAsync("alone", "clean", "t/x:0");

        for (var i = 0; i < 10; i++) await broker.Publisher.PublishAsync(new("t/x", new[] { (byte)('0' + i) }));

        for (var i = 0; i < 10; i++)
        {
            foreach (var all in new[] { first, other, alone }) await all.HearAsync($"PUBLISH t/x \"{i}\""); // the same name with another filter is another group
        }

        var (mine, yours) = (await CountAsync(second), await CountAsync(third));
        Assert.Equal((5, 5), (mine, yours));
    }

    [Fact]
    public async Task A_member_that_is_away_is_passed_over_until_nobody_is_there()
    {
        await using var broker = await TestBroker.StartAsync();
        var away = await broker.SubscribedAsync("away", "clean session-expiry=60", "$share/g/t:1");
        var here = await broker.SubscribedAsync("here", "clean session-expiry=60", "$share/g/t:1");
        await away.LeaveAsync();

        for (var i = 1; i <= 4; i++)
        {
            await broker.Publisher.PublishAsync(new("t", "x"u8.ToArray(), Edge.Mqtt.MqttQoS.AtLeastOnce));
            await here.HearAsync($"PUBLISH t \"x\" qos=1 id={i}");
            await here.SayAsync($"PUBACK {i}");
        }

        await here.LeaveAsync();
        Assert.Equal(1, await broker.Publisher.PublishAsync(new("t", "y"u8.ToArray(), Edge.Mqtt.MqttQoS.AtLeastOnce)));
    }

    [Fact]
    public async Task A_member_whose_queue_is_full_is_passed_over()
    {
        await using var broker = await TestBroker.StartAsync("maxQueuedMessages=1", "slowConsumerMilliseconds=0");
        var full = await broker.SubscribedAsync("full", "clean receive-maximum=1", "$share/g/t:1");
        for (var i = 0; i < 2; i++) await broker.Publisher.PublishAsync(new("t", "x"u8.ToArray(), Edge.Mqtt.MqttQoS.AtLeastOnce));
        var free = await broker.SubscribedAsync("free", "clean", "$share/g/t:1");

        for (var i = 1; i <= 3; i++)
        {
            await broker.Publisher.PublishAsync(new("t", "y"u8.ToArray(), Edge.Mqtt.MqttQoS.AtLeastOnce));
            await free.HearAsync($"PUBLISH t \"y\" qos=1 id={i}");
        }

        await full.HearAsync("PUBLISH t \"x\" qos=1 id=1");
    }

    [Fact]
    public async Task What_a_member_leaves_undone_another_gets_with_what_is_left_of_its_lifetime()
    {
        await using var broker = await TestBroker.StartAsync();
        var leaving = await broker.SubscribedAsync("leaving", "clean receive-maximum=1", "$share/g/t:1");
        var alice = await broker.TalkAsync("alice");
        await alice.SayAsync("PUBLISH t \"1\" qos=1 id=1 expiry=60", "PUBLISH t \"2\" qos=1 id=2 expiry=5", "PUBLISH t \"3\" qos=1 id=3 expiry=60");
        await alice.HearAsync("PUBACK 1", "PUBACK 2", "PUBACK 3");
        await leaving.HearAsync("PUBLISH t \"1\" qos=1 id=1 expiry=60");
        var staying = await broker.SubscribedAsync("staying", "clean", "$share/g/t:1");

        broker.Advance(10);
        await leaving.VanishAsync();

        await staying.HearAsync("PUBLISH t \"1\" qos=1 id=1 expiry=50", "PUBLISH t \"3\" qos=1 id=2 expiry=50");
    }

    [Fact]
    public async Task A_message_of_QoS_2_that_a_member_began_is_nobody_elses()
    {
        await using var broker = await TestBroker.StartAsync();
        var leaving = await broker.SubscribedAsync("leaving", "clean", "$share/g/t:2");
        await broker.Publisher.PublishAsync(new("t", "x"u8.ToArray(), Edge.Mqtt.MqttQoS.ExactlyOnce));
        await leaving.HearAsync("PUBLISH t \"x\" qos=2 id=1");
        var staying = await broker.SubscribedAsync("staying", "clean", "$share/g/t:2");

        await leaving.VanishAsync();
        await Eventually.HoldsAsync(() => broker.Sessions.Count == 1);

        await staying.HearNothingAsync();
    }

    [Fact]
    public async Task Retained_messages_are_not_for_groups()
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = await broker.TalkAsync("alice");
        await alice.SayAsync("PUBLISH t \"kept\" retain", "SUBSCRIBE 1 $share/g/t:1");

        await alice.HearAsync("SUBACK 1 0x01");
        await alice.HearNothingAsync();
    }

    private static async Task<int> CountAsync(Talker talker)
    {
        await talker.SayAsync("PINGREQ");
        var count = 0;
        while (await talker.HearOneAsync() != "PINGRESP") count++;
        return count;
    }
}
