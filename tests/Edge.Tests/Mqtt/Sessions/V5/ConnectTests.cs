using Edge.Tests.Mqtt.Harness;
using Edge.Transport;

namespace Edge.Tests.Mqtt.Sessions.V5;

/// <summary>CONNECT and CONNACK (MQTT 5.0 §3.1, §3.2).</summary>
public sealed class ConnectTests
{
    [Fact]
    public async Task CONNACK_tells_what_the_broker_takes()
    {
        await using var broker = await TestBroker.StartAsync("receiveMaximum=7", "maxPacketBytes=5000", "maxTopicAliases=3");

        await broker.TalkAsync("alice", "clean keep-alive=60", "CONNACK 0x00 receive-maximum=7 maximum-packet=5000 alias-maximum=3");
    }

    [Fact]
    public async Task Whoever_has_no_client_identifier_is_given_one_that_works_the_next_time()
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = broker.Talk("alice");
        await alice.ConnectAsync("client= session-expiry=60");
        var connack = await alice.HearOneAsync();

        var id = connack.Split("assigned-id=")[1].Split(' ')[0];
        Assert.StartsWith("auto-", id, StringComparison.Ordinal);
        await alice.LeaveAsync();
        await broker.TalkAsync("alice", $"client={id} session-expiry=60", "CONNACK 0x00 present ...");
    }

    [Fact]
    public async Task A_session_without_expiry_ends_with_its_connection()
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = await broker.SubscribedAsync("alice", "clean", "t:1");
        await alice.LeaveAsync();

        await broker.TalkAsync("alice", "", "CONNACK 0x00 receive-maximum...");
        Assert.Equal(1, broker.Sessions.Count);
    }

    [Theory]
    [InlineData(59, "CONNACK 0x00 present ...")]
    [InlineData(61, "CONNACK 0x00 receive-maximum...")]
    public async Task A_session_waits_as_long_as_its_client_asked_for(int seconds, string answer)
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = await broker.TalkAsync("alice", "clean session-expiry=60");
        await alice.LeaveAsync();

        broker.Advance(seconds);

        await broker.TalkAsync("alice", "session-expiry=60", answer);
    }

    [Fact]
    public async Task More_time_than_the_broker_gives_is_answered_with_what_it_gives()
    {
        await using var broker = await TestBroker.StartAsync("sessionExpiryHours=1");

        await broker.TalkAsync("alice", "clean session-expiry=4294967295", "CONNACK 0x00 session-expiry=3600 ...");
    }

    [Fact]
    public async Task A_clean_start_finds_nothing_of_the_session_before()
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = await broker.SubscribedAsync("alice", "clean session-expiry=60", "t:1");
        await alice.LeaveAsync();

        alice = await broker.TalkAsync("alice", "clean session-expiry=60", "CONNACK 0x00 receive-maximum...");
        await alice.SayAsync("PUBLISH t \"x\" qos=1 id=1");
        await alice.HearAsync("PUBACK 1 0x10");
    }

    [Fact]
    public async Task The_first_of_two_connections_hears_that_it_was_taken_over()
    {
        await using var broker = await TestBroker.StartAsync();
        var first = await broker.TalkAsync("alice");

        await broker.TalkAsync("alice");

        await first.HearAsync("DISCONNECT 0x8e ...", "closed");
        Assert.Equal(EndReason.TakenOver, await first.Ended);
    }

    [Theory]
    [InlineData("clean ask-response-information=1", "response-information=answers/alice")]
    [InlineData("clean ask-response-information=0", null)]
    [InlineData("clean", null)]
    public async Task Response_information_is_for_whoever_asks(string words, string? told)
    {
        await using var broker = await TestBroker.StartAsync("responseInformation=answers/%c");
        var alice = broker.Talk("alice");
        await alice.ConnectAsync(words);

        var connack = await alice.HearOneAsync();

        Assert.Equal(told is not null, connack.Contains($" {told ?? "response-information"}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("keep-alive=120", "server-keep-alive=60")]
    [InlineData("keep-alive=0", "server-keep-alive=60")]
    [InlineData("keep-alive=60", null)]
    [InlineData("keep-alive=20", null)]
    public async Task A_keep_alive_that_is_too_long_is_shortened(string words, string? told)
    {
        await using var broker = await TestBroker.StartAsync("keepAlive:maxSeconds=60");
        var alice = broker.Talk("alice");
        await alice.ConnectAsync("clean " + words);

        var connack = await alice.HearOneAsync();

        Assert.Equal(told is not null, connack.Contains($" {told ?? "server-keep-alive"}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_shortened_keep_alive_is_the_one_that_counts_and_its_end_is_told()
    {
        await using var broker = await TestBroker.StartAsync("keepAlive:maxSeconds=60");
        var alice = await broker.TalkAsync("alice", "clean keep-alive=600");

        broker.Advance(90);

        await alice.HearAsync("DISCONNECT 0x8d ...", "closed");
    }

    [Theory]
    [InlineData("receive-maximum=0", "0x82")]
    [InlineData("maximum-packet=0", "0x82")]
    [InlineData("session-expiry=1 session-expiry=2", "0x82")]
    [InlineData("problem-information=2", "0x82")]
    [InlineData("data=x", "0x82")]
    [InlineData("expiry=1", "0x81")]
    [InlineData("will.topic=a will.qos=3", "0x81")]
    [InlineData("will.topic=a/+", "0x90")]
    [InlineData("will.topic=a will.format=1 will.hex=C328", "0x99")]
    [InlineData("method=SCRAM-SHA-1", "0x8c")]
    public async Task What_is_wrong_with_a_CONNECT_is_told_in_CONNACK(string words, string reason)
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = broker.Talk("alice");

        await alice.ConnectAsync("clean " + words);

        await alice.HearAsync($"CONNACK {reason}", "closed");
    }

    [Fact]
    public async Task A_second_CONNECT_is_a_protocol_error()
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = await broker.TalkAsync("alice");

        await alice.ConnectAsync();

        await alice.HearAsync("DISCONNECT 0x82 ...", "closed");
    }

    [Fact]
    public async Task A_broker_that_is_full_sends_clients_to_the_other_one()
    {
        await using var broker = await TestBroker.StartAsync("maxPersistentSessions=0", "serverReference=edge2.local:8883");
        var alice = broker.Talk("alice");

        await alice.ConnectAsync("clean session-expiry=60");

        await alice.HearAsync("CONNACK 0x9c server-reference=edge2.local:8883", "closed");
    }

    [Theory]
    [InlineData("", "DISCONNECT 0x8b ...")]
    [InlineData("edge2.local:8883", "DISCONNECT 0x9c because=\"The gateway stops.\" server-reference=edge2.local:8883")]
    public async Task A_broker_that_stops_says_so(string other, string farewell)
    {
        var broker = await TestBroker.StartAsync($"serverReference={other}");
        var alice = await broker.TalkAsync("alice");

        await broker.DisposeAsync();

        await alice.HearAsync(farewell, "closed");
    }

    [Fact]
    public async Task A_session_that_cannot_be_stored_is_refused()
    {
        await using var broker = await TestBroker.StartAsync();
        broker.Storage.BeforeCommit = () => throw new IOException("full");
        var alice = broker.Talk("alice");

        await alice.ConnectAsync("clean session-expiry=60");

        await alice.HearAsync("CONNACK 0x97", "closed");
        await broker.TalkAsync("bob"); // who asks for nothing that lasts
    }
}
