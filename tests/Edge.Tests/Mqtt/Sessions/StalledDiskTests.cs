using Edge.Mqtt.Sessions.Log;
using Edge.Storage.Log;
using Edge.Tests.Mqtt.Harness;

namespace Edge.Tests.Mqtt.Sessions;

/// <summary>Clients that come back while the disk has not yet taken what they said before: nobody is told what is not stored.</summary>
public sealed class StalledDiskTests
{
    private const string Stay = "session-expiry=60";

    [Fact]
    public async Task A_repeated_QoS_2_message_is_acknowledged_when_the_first_one_is_stored()
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = await broker.TalkAsync("alice", $"clean {Stay}");
        using var stall = Stall.Of(broker);
        await alice.SayAsync("PUBLISH t \"x\" qos=2 id=1");
        await alice.HearNothingAsync();
        await alice.VanishAsync();

        alice = await broker.TalkAsync("alice", Stay, "CONNACK 0x00 present ...");
        await alice.SayAsync("PUBLISH t \"x\" qos=2 id=1 dup");
        await alice.HearNothingAsync();
        stall.Dispose();
        await alice.HearAsync("PUBREC 1");
    }

    [Fact]
    public async Task A_repeated_PUBREL_is_answered_when_the_first_one_is_stored()
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = await broker.TalkAsync("alice", $"clean {Stay}");
        await alice.SayAsync("PUBLISH t \"x\" qos=2 id=1");
        await alice.HearAsync("PUBREC 1 0x10");
        using var stall = Stall.Of(broker);
        await alice.SayAsync("PUBREL 1");
        await alice.HearNothingAsync();
        await alice.VanishAsync();

        alice = await broker.TalkAsync("alice", Stay, "CONNACK 0x00 present ...");
        await alice.SayAsync("PUBREL 1");
        await alice.HearNothingAsync();
        stall.Dispose();
        await alice.HearAsync("PUBCOMP 1 0x92");
    }

    [Fact]
    public async Task A_receiver_that_comes_back_gets_PUBREL_once_when_its_PUBREC_is_stored()
    {
        await using var broker = await TestBroker.StartAsync();
        var bob = await broker.SubscribedAsync("bob", $"clean {Stay}", "t:2");
        var alice = await broker.TalkAsync("alice");
        await alice.SayAsync("PUBLISH t \"x\" qos=2 id=1");
        await bob.HearAsync("PUBLISH t \"x\" qos=2 id=1");
        using var stall = Stall.Of(broker);
        await bob.SayAsync("PUBREC 1");
        await bob.HearNothingAsync();
        await bob.VanishAsync();

        bob = await broker.TalkAsync("bob", Stay, "CONNACK 0x00 present ...");
        await bob.SayAsync("PUBREC 1");
        await bob.HearNothingAsync();
        stall.Dispose();
        await bob.HearAsync("PUBREL 1");
        await bob.HearNothingAsync();
    }

    // Holds the log's thread, and with it all that is in line behind.
    private sealed class Stall : ILogWaiter, IDisposable
    {
        private readonly TaskCompletionSource _over = new();

        public static Stall Of(TestBroker broker)
        {
            var (log, stall) = (broker.Get<MessageLog>(), new Stall());
            log.Post(log.Rent(), stall);
            return stall;
        }

        public void OnCommitted(Exception? error) => _over.Task.Wait();

        public void Dispose() => _over.TrySetResult();
    }
}
