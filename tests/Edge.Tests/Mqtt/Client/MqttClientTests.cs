using Edge.Mqtt;
using Edge.Mqtt.Client;
using Edge.TestKit;
using Edge.Tests.Mqtt.Harness;
using Edge.Transport;

namespace Edge.Tests.Mqtt.Client;

public sealed class MqttClientTests
{
    [Fact]
    public async Task The_client_pings_when_it_has_been_silent_and_stays_connected()
    {
        var (pair, clock) = (new PipePair(), new ManualClock());
        var server = new RawClient(pair.Server, Task.FromResult<EndReason?>(null));
        await server.SendAsync("2002 0000");
        await using var client = await MqttClient.ConnectAsync(pair.Client, new() { ClientId = "n", KeepAliveSeconds = 20, Clock = clock });
        await server.ReadAsync();

        for (var round = 0; round < 5; round++)
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            await server.ExpectAsync("C000");
            await server.SendAsync("D000");
            var subscribing = client.SubscribeAsync("t"); // its answer comes behind the ping's, and so tells that that was heard
            await server.ReadAsync();
            await server.SendAsync($"9003 000{round + 1} 01");
            await subscribing;
        }

        Assert.False(client.Closed.IsCompleted);
    }

    [Fact]
    public async Task A_server_that_says_nothing_more_is_given_up()
    {
        var (pair, clock) = (new PipePair(), new ManualClock());
        await pair.Server.Output.WriteAsync(new byte[] { 0x20, 2, 0, 0 });
        await using var client = await MqttClient.ConnectAsync(pair.Client, new() { ClientId = "n", KeepAliveSeconds = 10, Clock = clock });

        for (var i = 0; i < 20; i++) clock.Advance(TimeSpan.FromSeconds(1));

        Assert.IsType<IOException>(await client.Closed);
    }

    [Fact]
    public async Task No_CONNACK_in_time_is_a_timeout()
    {
        var (pair, clock) = (new PipePair(), new ManualClock());
        var connecting = MqttClient.ConnectAsync(pair.Client, new() { ClientId = "n", ConnectTimeout = TimeSpan.FromSeconds(5), Clock = clock });
        await Eventually.HoldsAsync(() => clock.ArmedTimers > 0);

        clock.Advance(TimeSpan.FromSeconds(5));

        await Assert.ThrowsAsync<TimeoutException>(() => connecting);
    }

    [Fact]
    public async Task Requests_fail_when_the_connection_breaks()
    {
        var pair = new PipePair();
        await pair.Server.Output.WriteAsync(new byte[] { 0x20, 2, 0, 0 });
        await using var client = await MqttClient.ConnectAsync(pair.Client, new() { ClientId = "n", KeepAliveSeconds = 0 });
        var publishing = client.PublishAsync(new("t", default, MqttQoS.AtLeastOnce));

        await pair.Server.Output.CompleteAsync();

        await Assert.ThrowsAsync<IOException>(() => publishing);
        await Assert.ThrowsAsync<IOException>(() => client.PublishAsync(new("t", default, MqttQoS.AtLeastOnce)));
    }

    [Fact]
    public async Task A_handler_may_publish_and_wait_for_the_acknowledgement()
    {
        await using var broker = await TestBroker.StartAsync();
        var answered = new TaskCompletionSource<MqttMessage>();
        MqttClient? client = null;
        client = await MqttClient.ConnectAsync(broker.Open().Pipe, new()
        {
            ClientId = "n",
            Password = broker.Tokens.Issue("n", "rw #"),
            Clock = broker.Clock,
            OnMessage = async (message, cancel) =>
            {
                if (message.Topic == "question") await client!.PublishAsync(new("answer", "42"u8.ToArray(), MqttQoS.ExactlyOnce), cancel);
                else answered.SetResult(message);
            },
        });
        await client.SubscribeAsync("+");

        await client.PublishAsync(new("question", default, MqttQoS.AtLeastOnce));

        Assert.Equal("answer", (await answered.Task).Topic);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task A_filter_that_is_none_is_the_callers_mistake()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var client = await broker.ConnectAnyAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => client.SubscribeAsync("a/#/b"));
    }

    [Fact]
    public async Task Closed_says_nothing_after_an_orderly_goodbye()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = await broker.ConnectAnyAsync();

        await client.DisposeAsync();

        Assert.Null(await client.Closed);
        await Eventually.HoldsAsync(() => broker.Log.Lines.Any(l => l.Contains("ended: Closed", StringComparison.Ordinal)));
    }
}
