using Edge.Tests.Mqtt.Harness;
using Edge.Transport;

namespace Edge.Tests.Mqtt.Sessions.V5;

/// <summary>AUTH on the wire (MQTT 5.0 §3.15, §4.12).</summary>
public sealed class ReauthenticationTests
{
    [Fact]
    public async Task A_token_in_the_authentication_data_lets_in_and_a_fresh_one_changes_the_rights()
    {
        await using var broker = await TestBroker.StartAsync();
        var raw = broker.Open();
        var alice = new Talker(raw, "alice", "");
        await alice.SayAsync($"CONNECT clean client=alice method=OAUTH2-JWT data={broker.Tokens.Issue("alice", "rw a/#")}");
        await alice.HearAsync("CONNACK 0x00 receive-maximum=1024 maximum-packet=262144 alias-maximum=32 server-keep-alive=3600 method=OAUTH2-JWT");
        await alice.SayAsync("SUBSCRIBE 1 a/#:0 b/#:0");
        await alice.HearAsync("SUBACK 1 0x00 0x87");

        await alice.SayAsync($"AUTH 0x19 method=OAUTH2-JWT data={broker.Tokens.Issue("alice", "rw b/#")}");
        await alice.HearAsync("AUTH 0x00 method=OAUTH2-JWT");

        await alice.SayAsync("PUBLISH a/x \"1\" qos=1 id=1", "SUBSCRIBE 2 b/#:0", "PUBLISH b/x \"2\" qos=1 id=2");
        await alice.HearAsync("PUBACK 1 0x87", "SUBACK 2 0x00", "PUBLISH b/x \"2\"", "PUBACK 2");
    }

    [Theory]
    [InlineData("AUTH 0x19 method=SCRAM-SHA-1 data=x", "DISCONNECT 0x82 ...")]
    [InlineData("AUTH 0x18 method=OAUTH2-JWT data=x", "DISCONNECT 0x82 ...")] // nothing is under way
    [InlineData("AUTH 0x00 method=OAUTH2-JWT", "DISCONNECT 0x82 ...")] // a server's
    [InlineData("AUTH 0x19 data=x", "DISCONNECT 0x82 ...")]
    [InlineData("AUTH 0x19 method=OAUTH2-JWT data=token-made-up", "DISCONNECT 0x87 ...")]
    public async Task What_is_wrong_with_AUTH_ends_the_connection(string line, string farewell)
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = new Talker(broker.Open(), "alice", "");
        await alice.SayAsync($"CONNECT clean client=alice method=OAUTH2-JWT data={broker.Tokens.Issue("alice", "rw a/#")}");
        await alice.HearAsync("CONNACK 0x00 ...");

        await alice.SayAsync(line);

        await alice.HearAsync(farewell, "closed");
    }

    [Fact]
    public async Task A_bad_token_is_refused_at_CONNECT()
    {
        await using var broker = await TestBroker.StartAsync();
        var alice = new Talker(broker.Open(), "alice", "");

        await alice.SayAsync("CONNECT clean client=alice method=OAUTH2-JWT data=token-made-up");

        await alice.HearAsync("CONNACK 0x87", "closed");
        Assert.Equal(EndReason.Refused, await alice.Ended);
    }

    [Theory]
    [InlineData("AUTH 0x18 method=KNOCK data=who", "CONNACK 0x00 ...")]
    [InlineData("AUTH 0x18 method=OTHER data=who", "CONNACK 0x82")]
    [InlineData("AUTH 0x19 method=KNOCK data=who", "CONNACK 0x82")]
    [InlineData("PINGREQ", "CONNACK 0x82")]
    [InlineData("DISCONNECT", "closed")]
    public async Task Until_CONNACK_only_AUTH_goes_on(string line, string answer)
    {
        await using var broker = await TestBroker.StartAsync(new(), new Knock());
        var alice = new Talker(broker.Open(), "alice", "");
        await alice.SayAsync("CONNECT clean client=alice method=KNOCK data=knock");
        await alice.HearAsync("AUTH 0x18 method=KNOCK data=who?");

        await alice.SayAsync(line);

        await alice.HearAsync(answer);
    }

    private sealed class Knock : Edge.Mqtt.Features.IMqttFeature
    {
        public Edge.Mqtt.Features.MqttStage Stage => Edge.Mqtt.Features.MqttStage.Identify;

        public ValueTask OnAuthenticateAsync(Edge.Mqtt.Features.MqttAuthenticating authenticating, CancellationToken cancel)
        {
            if (authenticating.Method != "KNOCK") return default;
            if (authenticating.Data.Span.SequenceEqual("knock"u8)) authenticating.Continue("who?"u8.ToArray());
            else authenticating.Accept(new("alice", [], expiresAt: null));
            return default;
        }
    }
}
