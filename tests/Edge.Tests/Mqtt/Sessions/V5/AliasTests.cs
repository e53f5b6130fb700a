using Edge.Tests.Mqtt.Harness;

namespace Edge.Tests.Mqtt.Sessions.V5;

/// <summary>Topic aliases (MQTT 5.0 §3.3.2.3.4).</summary>
public sealed class AliasTests
{
    [Fact]
    public async Task An_alias_stands_for_its_topic_and_may_be_given_another()
    {
        await using var broker = await TestBroker.StartAsync();
        var bob = await broker.SubscribedAsync("bob", "clean", "#:0");
        var alice = await broker.TalkAsync("alice");

        await alice.SayAsync("PUBLISH a \"1\" alias=1", "PUBLISH - \"2\" alias=1", "PUBLISH b \"3\" alias=1", "PUBLISH - \"4\" alias=1");

        await bob.HearAsync("PUBLISH a \"1\"", "PUBLISH a \"2\"", "PUBLISH b \"3\"", "PUBLISH b \"4\"");
    }

    [Fact]
    public async Task Aliases_end_with_the_connection_though_the_session_goes_on()
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = await broker.TalkAsync("alice", "clean session-expiry=60");
        await alice.SayAsync("PUBLISH a \"1\" alias=1");
        await alice.LeaveAsync();

        alice = await broker.TalkAsync("alice", "session-expiry=60", "CONNACK 0x00 present ...");
        await alice.SayAsync("PUBLISH - \"2\" alias=1");

        await alice.HearAsync("DISCONNECT 0x82 ...");
    }

    [Fact]
    public async Task A_client_gets_as_many_aliases_as_it_takes_each_topic_written_once()
    {
        await using var broker = await TestBroker.StartAsync();
        var bob = await broker.SubscribedAsync("bob", "clean alias-maximum=1", "#:0");
        var alice = await broker.TalkAsync("alice");

        await alice.SayAsync("PUBLISH a \"1\"", "PUBLISH b \"2\"", "PUBLISH a \"3\"", "PUBLISH b \"4\"");

        await bob.HearAsync("PUBLISH a \"1\" alias=1", "PUBLISH b \"2\"", "PUBLISH - \"3\" alias=1", "PUBLISH b \"4\"");
    }

    [Fact]
    public async Task A_client_that_takes_none_gets_none()
    {
        await using var broker = await TestBroker.StartAsync();
        var bob = await broker.SubscribedAsync("bob", "clean", "#:0");

        await bob.SayAsync("PUBLISH a \"1\"", "PUBLISH a \"2\"");

        await bob.HearAsync("PUBLISH a \"1\"", "PUBLISH a \"2\"");
    }

    [Fact]
    public async Task What_is_sent_again_on_another_connection_carries_its_topic_again()
    {
        await using var broker = await TestBroker.StartAsync();
        var bob = await broker.SubscribedAsync("bob", "clean session-expiry=60 alias-maximum=5", "#:1");
        var alice = await broker.TalkAsync("alice");
        await alice.SayAsync("PUBLISH a \"1\" qos=1 id=1", "PUBLISH a \"2\" qos=1 id=2");
        await bob.HearAsync("PUBLISH a \"1\" qos=1 id=1 alias=1", "PUBLISH - \"2\" qos=1 id=2 alias=1");
        await bob.VanishAsync();

        bob = await broker.TalkAsync("bob", "session-expiry=60", "CONNACK 0x00 present ...");

        await bob.HearAsync("PUBLISH a \"1\" qos=1 id=1 dup", "PUBLISH a \"2\" qos=1 id=2 dup");
    }
}
