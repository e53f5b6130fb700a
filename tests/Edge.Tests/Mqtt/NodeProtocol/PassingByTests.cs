using Edge.Mqtt;
using Edge.Mqtt.Features;
using Edge.Mqtt.Features.NodeProtocol;
using Edge.Mqtt.Sessions;
using Edge.Mqtt.Wire;

namespace Edge.Tests.Mqtt.NodeProtocol;

/// <summary>What the node protocol does to messages that do not concern it.</summary>
public sealed class PassingByTests
{
    [Fact]
    public async Task A_message_that_is_no_nodes_passes_without_an_object_made_for_it()
    {
        await using var host = await NodeHost.StartAsync();
        var publishing = new MqttPublishing((await host.TryBootstrapAsync())!);
        publishing.Begin(new("home/kitchen", "home/kitchen"u8.ToArray()), default);
        var feature = host.Get<NodeProtocolFeature>();
        await feature.OnPublishAsync(publishing, default); // what is made once is made

        var before = GC.GetAllocatedBytesForCurrentThread();
        await feature.OnPublishAsync(publishing, default);
        var after = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(before, after);
        Assert.False(publishing.IsTaken);
    }

    [Fact]
    public async Task A_session_that_was_never_counted_takes_no_place_away_when_it_ends()
    {
        await using var host = await NodeHost.StartAsync(settings: ("maxBootstrapSessions", "1"));
        await using var elsewhere = await NodeHost.StartAsync();
        Assert.NotNull(await host.TryBootstrapAsync("sensor-1"));
        var brokenOff = (await elsewhere.TryBootstrapAsync("sensor-2"))!; // not begun here

        await host.Get<NodeProtocolFeature>().OnDisconnectedAsync(brokenOff, default, default);

        Assert.Null(await host.TryBootstrapAsync("sensor-3"));
    }
}
