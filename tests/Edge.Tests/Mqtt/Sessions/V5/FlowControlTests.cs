using Edge.Tests.Mqtt.Harness;
using Edge.Transport;

namespace Edge.Tests.Mqtt.Sessions.V5;

/// <summary>Receive Maximum and Maximum Packet Size, both ways (MQTT 5.0 §4.9, §3.1.2.11).</summary>
public sealed class FlowControlTests
{
    [Fact]
    public async Task No_more_is_in_flight_than_the_client_takes()
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = await broker.SubscribedAsync("alice", "clean receive-maximum=2", "t:1");

        await alice.SayAsync("PUBLISH t \"1\"", "PUBLISH t \"2\" qos=1 id=2", "PUBLISH t \"3\" qos=1 id=3", "PUBLISH t \"4\" qos=1 id=4", "PUBLISH t \"5\"");

        // QoS 0 is not held back.
        await alice.HearAsync(
            "PUBLISH t \"1\"", "PUBLISH t \"2\" qos=1 id=1", "PUBACK 2", "PUBLISH t \"3\" qos=1 id=2", "PUBACK 3", "PUBACK 4", "PUBLISH t \"5\"");
        await alice.HearNothingAsync();
        await alice.SayAsync("PUBACK 1");
        await alice.HearAsync("PUBLISH t \"4\" qos=1 id=3");
    }

    [Fact]
    public async Task QoS_2_makes_room_with_PUBCOMP_not_with_PUBREC()
    {
        await using var broker = await TestBroker.StartAsync();
        var bob = await broker.SubscribedAsync("bob", "clean receive-maximum=1", "t:2");
        var alice = await broker.TalkAsync("alice");
        await alice.SayAsync("PUBLISH t \"1\" qos=2 id=1", "PUBLISH t \"2\" qos=2 id=2");

        await bob.HearAsync("PUBLISH t \"1\" qos=2 id=1");
        await bob.SayAsync("PUBREC 1");
        await bob.HearAsync("PUBREL 1");
        await bob.HearNothingAsync();
        await bob.SayAsync("PUBCOMP 1");
        await bob.HearAsync("PUBLISH t \"2\" qos=2 id=2");
    }

    [Fact]
    public async Task A_client_that_comes_back_with_a_smaller_maximum_gets_no_more_than_that_at_once()
    {
        await using var broker = await TestBroker.StartAsync();
        var bob = await broker.SubscribedAsync("bob", "clean session-expiry=60 receive-maximum=3", "t:1");
        var alice = await broker.TalkAsync("alice");
        for (var i = 1; i <= 4; i++) await alice.SayAsync($"PUBLISH t \"{i}\" qos=1 id={i}");
        await bob.HearAsync("PUBLISH t \"1\" qos=1 id=1", "PUBLISH t \"2\" qos=1 id=2", "PUBLISH t \"3\" qos=1 id=3");
        await alice.HearAsync("PUBACK 1", "PUBACK 2", "PUBACK 3", "PUBACK 4");
        await bob.VanishAsync();

        bob = await broker.TalkAsync("bob", "session-expiry=60 receive-maximum=1", "CONNACK 0x00 present ...");

        for (var i = 1; i <= 4; i++)
        {
            await bob.HearAsync($"PUBLISH t \"{i}\" qos=1 id={i}{(i < 4 ? " dup" : "")}");
            await bob.HearNothingAsync();
            await bob.SayAsync($"PUBACK {i}");
        }
    }

    [Fact]
    public async Task A_client_that_goes_beyond_the_brokers_maximum_is_cut_off()
    {
        await using var broker = await TestBroker.StartAsync("receiveMaximum=2");
        var alice = await broker.TalkAsync("alice");

        await alice.SayAsync("PUBLISH t \"1\" qos=2 id=1", "PUBLISH t \"2\" qos=2 id=2", "PUBLISH t \"1\" qos=2 id=1 dup", "PUBLISH t \"3\" qos=2 id=3");

        await alice.HearAsync("PUBREC 1 0x10", "PUBREC 2 0x10", "PUBREC 1", "DISCONNECT 0x93 ...", "closed");
        Assert.Equal(EndReason.LimitExceeded, await alice.Ended);
    }

    [Fact]
    public async Task A_client_that_keeps_to_the_maximum_is_not_cut_off_because_the_disk_is_slow()
    {
        await using var broker = await TestBroker.StartAsync("receiveMaximum=4");
        var alice = await broker.SubscribedAsync("alice", "clean session-expiry=60", "t:2");
        for (var round = 0; round < 20; round++)
        {
            await alice.SayAsync([.. Enumerable.Range(1, 4).Select(id => $"PUBLISH other \"x\" qos=2 id={id}")]);
            for (var id = 1; id <= 4; id++) await alice.HearAsync($"PUBREC {id} 0x10");
            await alice.SayAsync([.. Enumerable.Range(1, 4).Select(id => $"PUBREL {id}")]);
            for (var id = 1; id <= 4; id++) await alice.HearAsync($"PUBCOMP {id}");
        }

        await alice.HearNothingAsync();
    }

    [Fact]
    public async Task A_message_that_is_too_long_for_a_client_is_left_out_and_does_not_stop_the_others()
    {
        await using var broker = await TestBroker.StartAsync();
        var bob = await broker.SubscribedAsync("bob", "clean maximum-packet=40 receive-maximum=1", "t:1");
        var alice = await broker.TalkAsync("alice");
        var text = new string('x', 40);

        await alice.SayAsync($"PUBLISH t \"{text}\" qos=1 id=1", $"PUBLISH t \"{text}\"", "PUBLISH t \"short\" qos=1 id=2");

        await bob.HearAsync("PUBLISH t \"short\" qos=1 id=2");
    }

    [Fact]
    public async Task A_farewell_leaves_its_text_out_where_it_would_be_too_long()
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = await broker.TalkAsync("alice", "clean maximum-packet=40");

        await alice.ConnectAsync();

        await alice.HearAsync("DISCONNECT 0x82", "closed");
    }

    [Fact]
    public async Task A_packet_that_is_too_long_for_the_broker_is_told_so()
    {
        await using var broker = await TestBroker.StartAsync("maxPacketBytes=256");
        var alice = await broker.TalkAsync("alice");

        await alice.SayAsync($"PUBLISH t \"{new string('x', 300)}\"");

        await alice.HearAsync("DISCONNECT 0x95 ...", "closed");
    }
}
