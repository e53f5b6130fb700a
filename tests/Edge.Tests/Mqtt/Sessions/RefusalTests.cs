using System.Net;

using Edge.Mqtt;
using Edge.Mqtt.Wire;
using Edge.TestKit;
using Edge.Tests.Mqtt.Harness;
using Edge.Transport;

namespace Edge.Tests.Mqtt.Sessions;

/// <summary>Every refusal has a line in the log, with the client, its address and what to do; a flood of them does not flood the log.</summary>
public sealed class RefusalTests
{
    private static readonly IPEndPoint Remote = new(IPAddress.Parse("192.0.2.7"), 4711);

    [Fact]
    public async Task A_client_that_is_not_let_in()
    {
        await using var broker = await TestBroker.StartAsync();
        var raw = broker.Open(remote: Remote);

        await raw.ConnectAsync("meter", "no token");

        Assert.Equal(EndReason.Refused, await raw.Ended);
        Told(broker, "Warning mqtt: meter from 192.0.2.7:4711 ended: Refused. CONNACK NotAuthorized (0x87).");
    }

    [Fact]
    public async Task A_client_whose_name_is_too_long()
    {
        await using var broker = await TestBroker.StartAsync("maxClientIdBytes=23");
        var raw = broker.Open(remote: Remote);

        await raw.ConnectAsync(new string('m', 24), broker.Tokens.Issue("meter", "rw #"));

        Assert.Equal(EndReason.Refused, await raw.Ended);
        Told(broker, "192.0.2.7:4711 ended: Refused. CONNACK ClientIdentifierNotValid (0x85). Its client identifier is longer than mqtt:maxClientIdBytes (23): shorten it, or raise the key.");
    }

    [Fact]
    public async Task A_message_and_a_subscription()
    {
        await using var broker = await TestBroker.StartAsync();
        var raw = await InAsync(broker);

        await raw.PublishAsync("theirs", "x", 1, 1);
        await raw.ExpectAsync("4002 0001");
        await raw.SubscribeAsync(2, "theirs/#", 0);
        await raw.ExpectAsync("9003 0002 80");

        Told(broker, "Warning meter from 192.0.2.7:4711 may not publish to theirs. Its token does not grant write there: ask for a scope with that topic.");
        Told(broker, "Warning meter from 192.0.2.7:4711 may not subscribe to theirs/#: Its token does not grant read of all that matches: ask for a scope with that filter.");
    }

    [Fact]
    public async Task A_filter_of_many_characters_is_told_by_its_beginning()
    {
        await using var broker = await TestBroker.StartAsync();
        var raw = await InAsync(broker);
        var filter = "theirs/" + new string('x', 400);

        await raw.SubscribeAsync(1, filter, 0);
        await raw.ExpectAsync("9003 0001 80");

        Told(broker, $"may not subscribe to {filter[..200]}…: ");
    }

    [Fact]
    public async Task A_client_that_breaks_the_protocol()
    {
        await using var broker = await TestBroker.StartAsync();
        var raw = await InAsync(broker);

        await raw.SendAsync("F000"); // AUTH, which 3.1.1 does not have

        Assert.Equal(EndReason.ProtocolError, await raw.Ended);
        Told(broker, "Warning mqtt: meter from 192.0.2.7:4711 ended: ProtocolError. Packet type 15 is not of MQTT 3.1.1 (§2.2.1). Update the client's program, or report this to its maker.");
    }

    [Fact]
    public async Task A_client_that_goes_beyond_a_limit()
    {
        await using var broker = await TestBroker.StartAsync("maxTopicLevels=2", "maxPacketBytes=256");
        var raw = await InAsync(broker);
        await raw.PublishAsync("mine/a/b", "x");
        Assert.Equal(EndReason.LimitExceeded, await raw.Ended);
        Told(broker, "meter from 192.0.2.7:4711 ended: LimitExceeded. A message was refused: its topic has 3 levels, more than mqtt:maxTopicLevels (2): use fewer, or raise the key.");

        raw = await InAsync(broker);
        await raw.PublishAsync("mine/a", new string('x', 300));
        Assert.Equal(EndReason.LimitExceeded, await raw.Ended);
        Told(broker, "mqtt:maxPacketBytes (256)");
    }

    [Fact]
    public async Task A_flood_of_them_is_a_few_lines_and_a_count()
    {
        await using var broker = await TestBroker.StartAsync();
        var raw = await InAsync(broker);
        for (ushort i = 1; i <= 200; i++)
        {
            await raw.SubscribeAsync(i, $"theirs/{i}", 0);
            await raw.ReadAsync();
        }

        Assert.Equal(LogThrottle.LinesPerMinute, broker.Log.Lines.Count(l => l.Contains("may not subscribe", StringComparison.Ordinal)));
        broker.Advance(60);
        await raw.SubscribeAsync(1, "theirs", 0);
        await raw.ReadAsync();
        Told(broker, $"{200 - LogThrottle.LinesPerMinute} more refusals were left out in the minute before");
    }

    [Fact]
    public async Task Passwords_and_tokens_are_in_no_line()
    {
        await using var broker = await TestBroker.StartAsync();
        var raw = broker.Open(remote: Remote);
        await raw.ConnectAsync("meter", "s3cret-t0ken");
        await raw.Ended;
        await InAsync(broker);

        Assert.DoesNotContain(broker.Log.Lines, l => l.Contains("s3cret-t0ken", StringComparison.Ordinal) || l.Contains(broker.Tokens.Issue("meter", "rw mine/#"), StringComparison.Ordinal));
    }

    private static void Told(TestBroker broker, string line) => Assert.Contains(broker.Log.Lines, l => l.Contains(line, StringComparison.Ordinal));

    private static async Task<RawClient> InAsync(TestBroker broker)
    {
        var raw = broker.Open(remote: Remote);
        await raw.ConnectAsync("meter", broker.Tokens.Issue("meter", "rw mine/#"));
        await raw.ExpectAsync("2002 0000");
        return raw;
    }
}
