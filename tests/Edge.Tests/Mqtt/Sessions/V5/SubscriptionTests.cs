using Edge.Tests.Mqtt.Harness;

namespace Edge.Tests.Mqtt.Sessions.V5;

/// <summary>SUBSCRIBE and UNSUBSCRIBE with their options (MQTT 5.0 §3.8 to §3.11).</summary>
public sealed class SubscriptionTests
{
    [Fact]
    public async Task Each_filter_is_answered_for_itself()
    {
        await using var broker = await TestBroker.StartAsync("maxSubscriptions=4");
        var alice = await broker.TalkAsync("alice");

        await alice.SayAsync("SUBSCRIBE 7 a:0 b:1 c/#:2 a/#/b:1 $share/g:1 $share/+/a:1 $other:1 d:1 e:1");

        await alice.HearAsync("SUBACK 7 0x00 0x01 0x02 0x8f 0x8f 0x8f 0x87 0x01 0x97");
    }

    [Fact]
    public async Task The_end_of_a_subscription_that_never_was_is_told_as_such()
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = await broker.SubscribedAsync("alice", "clean", "a:1");

        await alice.SayAsync("UNSUBSCRIBE 2 a b a");

        await alice.HearAsync("UNSUBACK 2 0x00 0x11 0x11");
        await alice.SayAsync("PUBLISH a \"x\" qos=1 id=1");
        await alice.HearAsync("PUBACK 1 0x10");
    }

    [Fact]
    public async Task Overlapping_subscriptions_bring_a_message_once_with_all_their_identifiers_and_the_highest_quality()
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = await broker.TalkAsync("alice");
        await alice.SayAsync("SUBSCRIBE 1 a/#:0 subscription=3", "SUBSCRIBE 2 a/b:1 subscription=268435455", "SUBSCRIBE 3 +/b:0");
        await alice.HearAsync("SUBACK 1 0x00", "SUBACK 2 0x01", "SUBACK 3 0x00");

        await alice.SayAsync("PUBLISH a/b \"x\" qos=2 id=9");
        var heard = await alice.HearOneAsync();

        Assert.StartsWith("PUBLISH a/b \"x\" qos=1 id=1 ", heard, StringComparison.Ordinal);
        Assert.Contains("subscription=3", heard, StringComparison.Ordinal);
        Assert.Contains("subscription=268435455", heard, StringComparison.Ordinal);
        await alice.HearAsync("PUBREC 9");
        await alice.HearNothingAsync();
    }

    [Fact]
    public async Task A_subscription_that_is_made_again_takes_the_place_of_the_first_with_its_identifier_and_options()
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = await broker.TalkAsync("alice");
        await alice.SayAsync("SUBSCRIBE 1 a:2 subscription=3", "SUBSCRIBE 2 a:0 subscription=4", "PUBLISH a \"x\" qos=1 id=1");
        await alice.HearAsync("SUBACK 1 0x02", "SUBACK 2 0x00", "PUBLISH a \"x\" subscription=4", "PUBACK 1");

        await alice.SayAsync("SUBSCRIBE 3 a:0", "PUBLISH a \"y\"");

        await alice.HearAsync("SUBACK 3 0x00", "PUBLISH a \"y\"");
    }

    [Fact]
    public async Task Options_and_identifiers_survive_a_power_cut()
    {
        var storage = new FakeStorage();
        FakeStorage durable;
        await using (var broker = await TestBroker.StartAsync(storage, null))
        {
            var before = await broker.TalkAsync("alice", "clean session-expiry=60");
            await before.SayAsync("SUBSCRIBE 1 a:1,retain-as-published subscription=3", "SUBSCRIBE 2 b:1,no-local");
            await before.HearAsync("SUBACK 1 0x01", "SUBACK 2 0x01");
            durable = storage.Snapshot();
        }

        await using var restarted = await TestBroker.StartAsync(durable, null);
        var alice = await restarted.TalkAsync("alice", "session-expiry=60", "CONNACK 0x00 present ...");
        await alice.SayAsync("PUBLISH b \"mine\"", "PUBLISH a \"x\" retain");
        await alice.HearAsync("PUBLISH a \"x\" retain subscription=3");
    }

    [Fact]
    public async Task A_client_that_wants_nothing_of_its_own_gets_what_others_publish()
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = await broker.SubscribedAsync("alice", "clean", "t:1,no-local");
        var bob = await broker.SubscribedAsync("bob", "clean", "t:0,no-local");

        await alice.SayAsync("PUBLISH t \"a\" qos=1 id=1");

        await alice.HearAsync("PUBACK 1");
        await bob.HearAsync("PUBLISH t \"a\"");
        await bob.SayAsync("PUBLISH t \"b\"");
        await alice.HearAsync("PUBLISH t \"b\"");
    }

    [Theory]
    [InlineData("t:0", false)]
    [InlineData("t:0,retain-as-published", true)]
    public async Task The_retain_flag_is_kept_for_whoever_wants_it(string entry, bool isKept)
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = await broker.SubscribedAsync("alice", "clean", entry);

        await alice.SayAsync("PUBLISH t \"1\" retain", "PUBLISH t \"2\"");

        await alice.HearAsync($"PUBLISH t \"1\"{(isKept ? " retain" : "")}", "PUBLISH t \"2\"");
    }

    [Theory]
    [InlineData(0, true, true)]
    [InlineData(1, true, false)]
    [InlineData(2, false, false)]
    public async Task Retained_messages_come_when_the_subscription_asks_for_them(int handling, bool atFirst, bool again)
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = await broker.TalkAsync("alice");
        await alice.SayAsync("PUBLISH t \"kept\" retain");

        foreach (var isSent in new[] { atFirst, again })
        {
            await alice.SayAsync($"SUBSCRIBE 1 t:0,retain-handling={handling}");
            await alice.HearAsync("SUBACK 1 0x00");
            if (isSent) await alice.HearAsync("PUBLISH t \"kept\" retain");
            await alice.HearNothingAsync();
        }

        await alice.SayAsync("UNSUBSCRIBE 2 t", $"SUBSCRIBE 1 t:0,retain-handling={handling}");
        await alice.HearAsync("UNSUBACK 2 0x00", "SUBACK 1 0x00");
        if (atFirst) await alice.HearAsync("PUBLISH t \"kept\" retain"); // it is new again
        await alice.HearNothingAsync();
    }

    [Fact]
    public async Task Wildcards_at_the_beginning_do_not_reach_topics_that_begin_with_a_dollar_sign()
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = new Talker(broker.Open(), "alice", broker.Tokens.Issue("alice", "rw #", "rw $own/#"));
        await alice.ConnectAsync();
        await alice.HearAsync("CONNACK 0x00 ...");
        await alice.SayAsync("SUBSCRIBE 1 #:0 +/x:0 $share/g/#:0 subscription=1", "SUBSCRIBE 2 $own/+:0 subscription=2");
        await alice.HearAsync("SUBACK 1 0x00 0x00 0x00", "SUBACK 2 0x00");

        await alice.SayAsync("PUBLISH $own/x \"x\"");

        await alice.HearAsync("PUBLISH $own/x \"x\" subscription=2");
        await alice.HearNothingAsync();
    }

    [Fact]
    public async Task Of_its_own_messages_a_client_gets_what_those_of_its_subscriptions_grant_that_want_them()
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = await broker.TalkAsync("alice");
        await alice.SayAsync("SUBSCRIBE 1 a/#:2,no-local subscription=1", "SUBSCRIBE 2 a/b:0 subscription=2");
        await alice.HearAsync("SUBACK 1 0x02", "SUBACK 2 0x00");
        var bob = await broker.TalkAsync("bob");

        await alice.SayAsync("PUBLISH a/b \"mine\" qos=1 id=7");
        await alice.HearAsync("PUBLISH a/b \"mine\" subscription=2", "PUBACK 7");

        await bob.SayAsync("PUBLISH a/b \"his\" qos=1 id=1");
        await alice.HearAsync("PUBLISH a/b \"his\" qos=1 id=1 subscription=1 subscription=2");
    }

    [Theory]
    [InlineData("SUBSCRIBE 1", "0x82")]
    [InlineData("SUBSCRIBE 0 t:1", "0x82")]
    [InlineData("SUBSCRIBE 1 t:1 subscription=0", "0x82")]
    [InlineData("SUBSCRIBE 1 t:1 subscription=1 subscription=2", "0x82")]
    [InlineData("SUBSCRIBE 1 $share/g/t:1,no-local", "0x82")]
    [InlineData("SUBSCRIBE 1 t:3", "0x82")]
    [InlineData("SUBSCRIBE 1 t:1,retain-handling=3", "0x82")]
    [InlineData("hex 82 07 0001 00 0001 74 41", "0x81")]
    [InlineData("hex 80 07 0001 00 0001 74 01", "0x81")]
    [InlineData("UNSUBSCRIBE 1", "0x82")]
    [InlineData("UNSUBSCRIBE 1 t subscription=1", "0x81")]
    public Task A_violation_ends_the_connection_with_its_reason(string line, string reason) => TestBroker.ViolationEndsAsync(line, reason);

    [Fact]
    public async Task The_end_of_a_subscription_that_cannot_be_stored_is_not_acknowledged()
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = await broker.SubscribedAsync("alice", "clean session-expiry=60", "t:1");
        broker.Storage.BeforeCommit = () => throw new IOException("full");

        await alice.SayAsync("UNSUBSCRIBE 2 t");

        await alice.HearAsync("DISCONNECT 0x83", "closed");
    }

    [Fact]
    public async Task A_subscription_that_cannot_be_stored_is_refused_and_the_connection_stays()
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = await broker.TalkAsync("alice", "clean session-expiry=60");
        broker.Storage.BeforeCommit = () => throw new IOException("full");

        await alice.SayAsync("SUBSCRIBE 2 t:1", "PUBLISH t \"x\" qos=1 id=1");

        await alice.HearAsync("SUBACK 2 0x97", "PUBACK 1 0x10");
    }
}
