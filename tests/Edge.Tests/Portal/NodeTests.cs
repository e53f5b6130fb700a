using Edge.Portal.Pages.Nodes;
using Edge.TestKit;
using Edge.Tests.Portal.Kit;
using Edge.Things.Nodes;

namespace Edge.Tests.Portal;

public sealed class NodeTests
{
    [Fact]
    public async Task An_operator_asks_a_node_that_says_hello_and_sees_how_it_went()
    {
        await using var host = await PortalHost.StartAsync();
        using var olga = await host.OpenAsync("olga");
        Assert.Contains("1 node nearby waits to be trusted", (await olga.GetAsync("/")).Text, StringComparison.Ordinal);
        Assert.Contains("Garden sensor", (await olga.GetAsync("/nodes")).Text, StringComparison.Ordinal);

        var asked = await olga.SubmitAsync("/nodes", "/nodes/ask");
        Assert.Contains("press its button to accept", (await olga.FollowAsync(asked)).Text, StringComparison.Ordinal);

        host.Home.Button.SetResult(BefriendOutcome.Timeout);
        await Eventually.HoldsAsync(() => host.Get<Befriending>().Of("esp32-abc")?.Outcome is not null);
        Assert.Contains("Nobody pressed its button in time.", (await olga.GetAsync("/nodes")).Text, StringComparison.Ordinal);

        host.Home.Button = new();
        await olga.SubmitAsync("/nodes", "/nodes/ask");
        Assert.Equal(2, host.Home.Asked.Count);
        host.Home.Button.SetResult(BefriendOutcome.Accepted);
        await Eventually.HoldsAsync(() => host.Get<Befriending>().Of("esp32-abc")?.Outcome == BefriendOutcome.Accepted);
    }

    [Fact]
    public async Task A_node_is_asked_once_at_a_time_and_only_when_nearby()
    {
        await using var host = await PortalHost.StartAsync();
        var befriending = host.Get<Befriending>();
        var now = host.Get<TimeProvider>().GetUtcNow();

        Assert.True(befriending.TryStart("esp32-abc", now));
        Assert.False(befriending.TryStart("esp32-abc", now));
        Assert.False(befriending.TryStart("esp32-unheard", now));
        Assert.Equal(["esp32-abc"], host.Home.Asked);
    }

    [Fact]
    public async Task A_link_that_fails_leaves_the_node_to_be_asked_again()
    {
        await using var host = await PortalHost.StartAsync();
        host.Home.Button.SetException(new InvalidOperationException("boom"));
        var befriending = host.Get<Befriending>();

        befriending.TryStart("esp32-abc", host.Get<TimeProvider>().GetUtcNow());

        await Eventually.HoldsAsync(() => befriending.Of("esp32-abc")?.Outcome == BefriendOutcome.Unreachable);
        Assert.True(befriending.TryStart("esp32-abc", host.Get<TimeProvider>().GetUtcNow()));
    }

    [Fact]
    public async Task Stickers_carry_the_claim_as_code_and_text_until_it_is_claimed()
    {
        await using var host = await PortalHost.StartAsync(null, ("publicUrl", "https://edge.example:8443"));
        using var olga = await host.OpenAsync("olga");

        var sheet = await olga.GetAsync("/nodes/stickers");
        Assert.Contains("KEY=sensor-key", sheet.Text, StringComparison.Ordinal);
        Assert.Contains("KEY=meter-key", sheet.Text, StringComparison.Ordinal);
        var one = await olga.GetAsync("/nodes/stickers?thing=mqtt/meter");
        Assert.DoesNotContain("sensor-key", one.Html, StringComparison.Ordinal);

        var sticker = host.Get<Stickers>().All(new Microsoft.AspNetCore.Http.DefaultHttpContext()).First(s => s.Key == "mqtt/sensor-1");
        Assert.StartsWith("https://edge.example:8443/claim?uri=iotdisco%3A", sticker.Address, StringComparison.Ordinal);
        await host.GiveAnnaTheSensorAsync();
        Assert.DoesNotContain("sensor-key", (await olga.GetAsync("/nodes/stickers")).Html, StringComparison.Ordinal);
    }
}
