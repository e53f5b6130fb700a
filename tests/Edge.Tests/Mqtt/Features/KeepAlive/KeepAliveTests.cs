using Edge.Tests.Mqtt.Harness;
using Edge.Transport;

namespace Edge.Tests.Mqtt.Features.KeepAlive;

public sealed class KeepAliveTests
{
    [Fact]
    public async Task A_silent_client_is_ended_after_one_and_a_half_times_what_it_promised()
    {
        await using var broker = await TestBroker.StartAsync();
        var raw = await ConnectedAsync(broker, keepAlive: 10);

        broker.Advance(14);
        Assert.Single(broker.Sessions.Connected());
        broker.Advance(1);

        Assert.Equal(EndReason.KeepAliveTimeout, await raw.Ended);
    }

    [Fact]
    public async Task A_ping_keeps_it_alive()
    {
        await using var broker = await TestBroker.StartAsync();
        var raw = await ConnectedAsync(broker, keepAlive: 10);

        for (var i = 0; i < 5; i++)
        {
            broker.Advance(14);
            await raw.SendAsync("C000");
            await raw.ExpectAsync("D000");
        }

        Assert.Single(broker.Sessions.Connected());
    }

    [Fact]
    public async Task A_client_that_promised_nothing_may_be_silent_for_the_configured_time()
    {
        await using var broker = await TestBroker.StartAsync("keepAlive:idleSeconds=60");
        var raw = await ConnectedAsync(broker, keepAlive: 0);

        broker.Advance(59);
        Assert.Single(broker.Sessions.Connected());
        broker.Advance(1);

        Assert.Equal(EndReason.KeepAliveTimeout, await raw.Ended);
    }

    [Fact]
    public async Task A_connection_that_never_says_CONNECT_is_ended()
    {
        await using var broker = await TestBroker.StartAsync("connectSeconds=3");
        var raw = broker.Open();
        await raw.SendAsync("10");

        broker.Advance(3);

        Assert.Equal(EndReason.HandshakeTimeout, await raw.Ended);
    }

    private static async Task<RawClient> ConnectedAsync(TestBroker broker, ushort keepAlive)
    {
        var raw = broker.Open();
        await raw.ConnectAsync("node", broker.Tokens.Issue("node", "rw #"), keepAlive: keepAlive);
        await raw.ExpectAsync("2002 0000");
        return raw;
    }
}
