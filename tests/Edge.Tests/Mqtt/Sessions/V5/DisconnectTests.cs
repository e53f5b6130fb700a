using Edge.Mqtt.Sessions;
using Edge.Tests.Mqtt.Harness;
using Edge.Transport;

namespace Edge.Tests.Mqtt.Sessions.V5;

/// <summary>DISCONNECT (MQTT 5.0 §3.14).</summary>
public sealed class DisconnectTests
{
    [Fact]
    public async Task A_client_may_change_how_long_its_session_waits()
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = await broker.TalkAsync("alice", "clean session-expiry=5");
        await alice.LeaveAsync("DISCONNECT 0x00 session-expiry=60");

        broker.Advance(30);
        alice = await broker.TalkAsync("alice", "session-expiry=60", "CONNACK 0x00 present ...");
        await alice.LeaveAsync("DISCONNECT 0x00 session-expiry=0");

        await broker.TalkAsync("alice", "session-expiry=60", "CONNACK 0x00 receive-maximum...");
    }

    [Fact]
    public async Task A_session_that_was_to_end_with_its_connection_cannot_be_made_to_stay()
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = await broker.TalkAsync("alice", "clean");

        await alice.SayAsync("DISCONNECT 0x00 session-expiry=60");

        await alice.HearAsync("DISCONNECT 0x82 ...", "closed");
        Assert.Equal(EndReason.ProtocolError, await alice.Ended);
    }

    [Theory]
    [InlineData("DISCONNECT 0x87", "0x82")] // a server's reason
    [InlineData("DISCONNECT 0x00 server-reference=x", "0x81")]
    [InlineData("hex E1 00", "0x81")]
    [InlineData("hex F0 00", "0x82")] // AUTH, and nothing in it
    [InlineData("AUTH 0x19 method=x", "0x82")] // where CONNECT had no method
    [InlineData("hex D0 00", "0x82")] // PINGRESP
    [InlineData("hex 00 00", "0x81")]
    [InlineData("hex C0 01 00", "0x81")]
    public Task A_violation_ends_the_connection_with_its_reason(string line, string reason) => TestBroker.ViolationEndsAsync(line, reason);

    [Fact]
    public async Task Nothing_that_comes_behind_DISCONNECT_is_read()
    {
        await using var broker = await TestBroker.StartAsync();
        var bob = await broker.SubscribedAsync("bob", "clean", "t:0");
        var alice = await broker.TalkAsync("alice");

        await alice.SayAsync("PUBLISH t \"1\"", "DISCONNECT", "PUBLISH t \"2\"");

        await alice.HearAsync("closed");
        await bob.HearAsync("PUBLISH t \"1\"");
        await bob.HearNothingAsync();
    }

    [Theory]
    [InlineData("It has sent mqtt:receiveMaximum (1024) messages of QoS 1 and 2 that are not acknowledged or released: it has to wait for that, or raise the key.",
        "It has sent mqtt:receiveMaximum (1024) messages of QoS 1 and 2 that are not acknowledged or released: it has to wait")]
    [InlineData("The reason, which is told in words of which the last one, a colon behind it, ends at the hundred and twentieth byte, see it: and more",
        "The reason, which is told in words of which the last one, a colon behind it, ends at the hundred and twentieth byte")]
    [InlineData("short: and whole", "short: and whole")]
    public void A_long_reason_is_cut_between_words_for_clients_that_cannot_read_long_ones(string text, string told)
    {
        var bytes = DisconnectReason.Packet(EndReason.LimitExceeded, Edge.Mqtt.MqttReason.QuotaExceeded, text, "", uint.MaxValue);

        Assert.Equal($"DISCONNECT 0x97 because=\"{told}\"", TestKit.Mqtt.HeardLine.Of(bytes));
        Assert.InRange(bytes.Length, 0, 129);
    }

    [Fact]
    public void A_long_reason_without_words_is_cut_between_letters()
    {
        var text = "x" + string.Concat(Enumerable.Repeat("\ud83d\ude00", 100));

        var bytes = DisconnectReason.Packet(EndReason.LimitExceeded, Edge.Mqtt.MqttReason.QuotaExceeded, text, "", uint.MaxValue);

        Assert.Equal("DISCONNECT 0x97 because=x" + string.Concat(Enumerable.Repeat("\ud83d\ude00", 29)), TestKit.Mqtt.HeardLine.Of(bytes));
    }
}
