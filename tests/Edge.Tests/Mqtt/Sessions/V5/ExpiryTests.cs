using Edge.Tests.Mqtt.Harness;

namespace Edge.Tests.Mqtt.Sessions.V5;

/// <summary>Message Expiry Interval (MQTT 5.0 §3.3.2.3.3).</summary>
public sealed class ExpiryTests
{
    [Fact]
    public async Task A_message_that_waits_is_delivered_with_what_is_left_and_not_at_all_when_nothing_is()
    {
        await using var broker = await TestBroker.StartAsync();
        var bob = await broker.SubscribedAsync("bob", "clean session-expiry=600", "t:1");
        await bob.LeaveAsync();
        var alice = await broker.TalkAsync("alice");
        await alice.SayAsync("PUBLISH t \"short\" qos=1 id=1 expiry=10", "PUBLISH t \"long\" qos=1 id=2 expiry=60", "PUBLISH t \"endless\" qos=1 id=3");
        await alice.HearAsync("PUBACK 1", "PUBACK 2", "PUBACK 3");

        broker.Advance(11);
        bob = await broker.TalkAsync("bob", "session-expiry=600", "CONNACK 0x00 present ...");

        await bob.HearAsync("PUBLISH t \"long\" qos=1 id=2 expiry=49", "PUBLISH t \"endless\" qos=1 id=3");
    }

    [Fact]
    public async Task A_message_that_was_begun_is_repeated_though_its_lifetime_is_over()
    {
        await using var broker = await TestBroker.StartAsync();
        var bob = await broker.SubscribedAsync("bob", "clean session-expiry=600", "t:1");
        var alice = await broker.TalkAsync("alice");
        await alice.SayAsync("PUBLISH t \"x\" qos=1 id=1 expiry=10");
        await bob.HearAsync("PUBLISH t \"x\" qos=1 id=1 expiry=10");
        await bob.VanishAsync();

        broker.Advance(11);
        bob = await broker.TalkAsync("bob", "session-expiry=600", "CONNACK 0x00 present ...");

        await bob.HearAsync("PUBLISH t \"x\" qos=1 id=1 dup expiry=0");
    }

    [Fact]
    public async Task A_lifetime_goes_on_over_a_power_cut()
    {
        var storage = new FakeStorage();
        FakeStorage durable;
        await using (var broker = await TestBroker.StartAsync(storage, null))
        {
            var before = await broker.SubscribedAsync("bob", "clean session-expiry=600", "t:1");
            await before.LeaveAsync();
            var alice = await broker.TalkAsync("alice");
            await alice.SayAsync("PUBLISH t \"short\" qos=1 id=1 expiry=10", "PUBLISH t \"long\" qos=1 id=2 expiry=60");
            await alice.HearAsync("PUBACK 1", "PUBACK 2");
            durable = storage.Snapshot();
        }

        await using var restarted = await TestBroker.StartAsync(durable, null);
        restarted.Advance(11);
        var bob = await restarted.TalkAsync("bob", "session-expiry=600", "CONNACK 0x00 present ...");

        await bob.HearAsync("PUBLISH t \"long\" qos=1 id=2 dup expiry=49");
    }

    [Fact]
    public async Task A_retained_message_is_forgotten_when_its_lifetime_is_over()
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = await broker.TalkAsync("alice");
        await alice.SayAsync("PUBLISH t \"x\" retain expiry=10");
        await alice.HearNothingAsync();

        broker.Advance(4);
        await alice.SayAsync("SUBSCRIBE 1 t:0");
        await alice.HearAsync("SUBACK 1 0x00", "PUBLISH t \"x\" retain expiry=6");

        broker.Advance(6);
        await alice.SayAsync("SUBSCRIBE 2 t:0");
        await alice.HearAsync("SUBACK 2 0x00");
        await alice.HearNothingAsync();
    }

    [Fact]
    public async Task Messages_whose_lifetime_is_over_make_room_in_a_full_queue()
    {
        await using var broker = await TestBroker.StartAsync("maxQueuedMessages=2");
        var bob = await broker.SubscribedAsync("bob", "clean session-expiry=600", "t:1");
        await bob.LeaveAsync();
        var alice = await broker.TalkAsync("alice");
        await alice.SayAsync("PUBLISH t \"1\" qos=1 id=1 expiry=10", "PUBLISH t \"2\" qos=1 id=2");
        await alice.HearAsync("PUBACK 1", "PUBACK 2");

        broker.Advance(11);
        await alice.SayAsync("PUBLISH t \"3\" qos=1 id=3", "PUBLISH t \"too many\" qos=1 id=4");
        await alice.HearAsync("PUBACK 3", "PUBACK 4 0x10");

        bob = await broker.TalkAsync("bob", "session-expiry=600", "CONNACK 0x00 present ...");
        await bob.HearAsync("PUBLISH t \"2\" qos=1 id=2", "PUBLISH t \"3\" qos=1 id=3");
        await bob.HearNothingAsync();
    }
}
