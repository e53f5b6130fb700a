using Edge.Tests.Mqtt.Harness;
using Edge.Transport;

namespace Edge.Tests.Mqtt.Sessions;

/// <summary>Publishers that wait for a receiver which does not acknowledge.</summary>
public sealed class HoldBackTests
{
    [Fact]
    public async Task A_receiver_that_does_not_acknowledge_holds_its_publishers_back_once_and_again_when_it_has_caught_up()
    {
        await using var broker = await TestBroker.StartAsync("maxQueuedMessages=10", "slowConsumerMilliseconds=1000");
        var bob = await broker.SubscribedAsync("bob", "clean receive-maximum=1", "t:1");
        var alice = await broker.TalkAsync("alice");

        await alice.SayAsync([.. Enumerable.Range(1, 10).Select(id => $"PUBLISH t \"x\" qos=1 id={id}")]);
        for (var id = 1; id <= 7; id++) await alice.HearAsync($"PUBACK {id}"); // one in flight, six in line: more than half
        broker.Advance(1);
        for (var id = 8; id <= 10; id++) await alice.HearAsync($"PUBACK {id}");

        for (var id = 1; id <= 10; id++)
        {
            await bob.HearAsync($"PUBLISH t \"x\" qos=1 id={id}");
            await bob.SayAsync($"PUBACK {id}");
        }

        await bob.HearNothingAsync();
        await alice.SayAsync([.. Enumerable.Range(11, 8).Select(id => $"PUBLISH t \"x\" qos=1 id={id}")]);
        for (var id = 11; id <= 17; id++) await alice.HearAsync($"PUBACK {id}");
        await bob.SayAsync("PUBACK 11");
        await alice.HearAsync("PUBACK 18");
    }

    [Fact]
    public async Task A_publisher_that_is_held_back_is_not_taken_for_silent()
    {
        await using var broker = await TestBroker.StartAsync("maxQueuedMessages=10", "slowConsumerMilliseconds=60000");
        var bob = await broker.SubscribedAsync("bob", "clean receive-maximum=1", "t:1");
        var alice = await broker.TalkAsync("alice", "clean keep-alive=10");

        await alice.SayAsync([.. Enumerable.Range(1, 8).Select(id => $"PUBLISH t \"x\" qos=1 id={id}")]);
        for (var id = 1; id <= 7; id++) await alice.HearAsync($"PUBACK {id}");
        broker.Advance(40);
        await bob.SayAsync("PUBACK 1");
        await alice.HearAsync("PUBACK 8");
        await bob.HearAsync("PUBLISH t \"x\" qos=1 id=1", "PUBLISH t \"x\" qos=1 id=2");
        await bob.SayAsync("PUBACK 2");
        await alice.HearNothingAsync();

        broker.Advance(16); // from here on it is
        await alice.HearAsync("DISCONNECT 0x8d ...", "closed");
        Assert.Equal(EndReason.KeepAliveTimeout, await alice.Ended);
    }
}
