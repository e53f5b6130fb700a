using Edge.Tests.Mqtt.Harness;

namespace Edge.Tests.Mqtt.Sessions.V5;

/// <summary>PUBLISH and its acknowledgements (MQTT 5.0 §3.3 to §3.7, §4.3).</summary>
public sealed class PublishTests
{
    [Fact]
    public async Task The_properties_of_a_message_arrive_as_they_were_and_in_their_order()
    {
        await using var broker = await TestBroker.StartAsync();
        var bob = await broker.SubscribedAsync("bob", "clean", "t:0");
        var alice = await broker.TalkAsync("alice");
        const string Properties = "format=1 content-type=text/plain response-topic=answers correlation=42 user=b:1 user=a:2 user=b:1";

        await alice.SayAsync($"PUBLISH t \"hi\" {Properties}");

        await bob.HearAsync($"PUBLISH t \"hi\" {Properties}");
    }

    [Fact]
    public async Task Queued_and_retained_messages_keep_their_properties_too()
    {
        await using var broker = await TestBroker.StartAsync();
        var bob = await broker.SubscribedAsync("bob", "clean session-expiry=60", "t:1");
        await bob.LeaveAsync();
        var alice = await broker.TalkAsync("alice");
        await alice.SayAsync("PUBLISH t \"hi\" qos=1 id=1 retain content-type=a user=b:1 user=a:2");
        await alice.HearAsync("PUBACK 1");

        bob = await broker.TalkAsync("bob", "session-expiry=60", "CONNACK 0x00 present ...");
        await bob.HearAsync("PUBLISH t \"hi\" qos=1 id=1 content-type=a user=b:1 user=a:2");
        await alice.SayAsync("SUBSCRIBE 2 t:0 subscription=9");
        await alice.HearAsync("SUBACK 2 0x00", "PUBLISH t \"hi\" retain subscription=9 content-type=a user=b:1 user=a:2");
    }

    [Theory]
    [InlineData(1, "PUBACK 5 0x99")]
    [InlineData(2, "PUBREC 5 0x99")]
    public async Task A_payload_that_is_not_the_text_it_says_it_is_is_refused(int qos, string answer)
    {
        await using var broker = await TestBroker.StartAsync();
        var bob = await broker.SubscribedAsync("bob", "clean", "t:0");
        var alice = await broker.TalkAsync("alice");

        await alice.SayAsync($"PUBLISH t xC328 qos={qos} id=5 format=1");
        await alice.HearAsync(answer);

        await alice.SayAsync($"PUBLISH t \"text\" qos={qos} id=5 format=1"); // the identifier is free again
        await alice.HearAsync(answer.Replace(" 0x99", "", StringComparison.Ordinal));
        await bob.HearAsync("PUBLISH t \"text\" format=1");
    }

    [Theory]
    [InlineData(1, "PUBACK 5 0x87")]
    [InlineData(2, "PUBREC 5 0x87")]
    public async Task A_message_that_is_not_allowed_is_refused_with_its_reason(int qos, string answer)
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = await broker.TalkAsync("alice");

        await alice.SayAsync($"PUBLISH $secret \"x\" qos={qos} id=5"); // which # does not cover
        await alice.HearAsync(answer);
    }

    [Fact]
    public async Task A_message_that_nobody_gets_is_acknowledged_as_such()
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = await broker.TalkAsync("alice");

        await alice.SayAsync("PUBLISH t \"x\" qos=1 id=1", "PUBLISH t \"x\" qos=2 id=2");

        await alice.HearAsync("PUBACK 1 0x10", "PUBREC 2 0x10");
    }

    [Fact]
    public async Task Releases_and_receipts_of_unknown_messages_are_told_so()
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = await broker.TalkAsync("alice");

        await alice.SayAsync("PUBREL 7", "PUBREC 8");

        await alice.HearAsync("PUBCOMP 7 0x92", "PUBREL 8 0x92");
        await alice.HearNothingAsync();
    }

    [Theory]
    [InlineData("PUBLISH t \"x\" qos=1 id=9", "PUBACK 9 0x91")]
    [InlineData("SUBSCRIBE 9 t:1 u:1", "SUBACK 9 0x91 0x91")]
    [InlineData("UNSUBSCRIBE 9 t u", "UNSUBACK 9 0x91 0x91")]
    public async Task An_identifier_that_a_message_of_QoS_2_has_is_in_use_until_it_is_released(string line, string answer)
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = await broker.TalkAsync("alice");
        await alice.SayAsync("PUBLISH t \"x\" qos=2 id=9");
        await alice.HearAsync("PUBREC 9 0x10");

        await alice.SayAsync(line);
        await alice.HearAsync(answer);

        await alice.SayAsync("PUBREL 9", line);
        await alice.HearAsync("PUBCOMP 9");
        Assert.DoesNotContain("0x91", await alice.HearOneAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_that_refuses_a_message_does_not_get_it_again()
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = await broker.SubscribedAsync("alice", "clean session-expiry=60 receive-maximum=1", "t:2");
        await alice.SayAsync("PUBLISH t \"1\" qos=2 id=1", "PUBLISH t \"2\" qos=1 id=2");
        await alice.HearAsync("PUBLISH t \"1\" qos=2 id=1", "PUBREC 1", "PUBACK 2");

        await alice.SayAsync("PUBREC 1 0x97");

        await alice.HearAsync("PUBLISH t \"2\" qos=1 id=2");
        await alice.SayAsync("PUBACK 2 0x83");
        await alice.HearNothingAsync();
    }

    [Theory]
    [InlineData("PUBLISH t \"x\" alias=0", "0x94")]
    [InlineData("PUBLISH t \"x\" alias=4", "0x94")]
    [InlineData("PUBLISH - \"x\" alias=1", "0x82")]
    [InlineData("PUBLISH - \"x\"", "0x82")]
    [InlineData("PUBLISH t \"x\" response-topic=a/#", "0x82")]
    [InlineData("PUBLISH t \"x\" expiry=1 expiry=2", "0x82")]
    [InlineData("PUBLISH t \"x\" subscription=1", "0x81")]
    [InlineData("PUBLISH t \"x\" qos=1 id=0", "0x82")]
    [InlineData("PUBLISH t/# \"x\"", "0x82")]
    [InlineData("PUBLISH t \"x\" dup", "0x81")]
    [InlineData("PUBLISH t \"x\" qos=3 id=1", "0x81")]
    [InlineData("PUBACK 1 0x92", "0x82")]
    [InlineData("hex 30 03 0001 C3", "0x8...")]
    [InlineData("hex 60 02 0001", "0x81")]
    public async Task A_violation_ends_the_connection_with_its_reason(string line, string reason)
    {
        await using var broker = await TestBroker.StartAsync("maxTopicAliases=3");
        var alice = await broker.TalkAsync("alice");

        await alice.SayAsync(line);

        await alice.HearAsync($"DISCONNECT {reason.Replace("...", "", StringComparison.Ordinal)}...", "closed");
    }
}
