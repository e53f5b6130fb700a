using Edge.Identity.Pending;
using Edge.Tests.Portal.Kit;

namespace Edge.Tests.Portal;

public sealed class PendingTests
{
    private const string Here = "192.0.2.7";

    [Fact]
    public async Task An_operator_lets_a_client_in_and_sees_its_token_once()
    {
        await using var host = await PortalHost.StartAsync();
        host.Get<IPendingDevices>().Saw("lamp", Here, PendingKind.Client, "connected without a password");
        using var olga = await host.OpenAsync("olga");
        Assert.Contains("It connected without a password.", (await olga.GetAsync("/pending")).Text, StringComparison.Ordinal);

        var allowed = await olga.SubmitAsync("/pending", "/pending/allow", ("scopes", "rw home/lamp/#"));

        Assert.Contains("token of lamp for rw home/lamp/#", (await olga.FollowAsync(allowed)).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("token of lamp", (await olga.FollowAsync(allowed)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("home/#")]
    [InlineData("x home/#")]
    [InlineData("rw home/#/lamp")]
    public async Task Scopes_that_are_none_are_refused_in_words(string scopes)
    {
        await using var host = await PortalHost.StartAsync();
        host.Get<IPendingDevices>().Saw("lamp", Here, PendingKind.Client, "came");
        using var olga = await host.OpenAsync("olga");

        var refused = await olga.SubmitAsync("/pending", "/pending/allow", ("scopes", scopes));

        Assert.Contains("These are no scopes", (await olga.FollowAsync(refused)).Text, StringComparison.Ordinal);
        Assert.Single(host.Get<IPendingDevices>().Waiting);
    }

    [Fact]
    public async Task A_denial_is_shown_and_can_be_taken_back()
    {
        await using var host = await PortalHost.StartAsync();
        host.Get<IPendingDevices>().Saw("lamp", Here, PendingKind.Client, "came");
        using var olga = await host.OpenAsync("olga");

        var denied = await olga.SubmitAsync("/pending", "/pending/deny");
        Assert.Contains("lamp is refused from now on", (await olga.FollowAsync(denied)).Text, StringComparison.Ordinal);
        var forgiven = await olga.SubmitAsync("/pending", "/pending/forgive");

        Assert.Contains("lamp may ask again.", (await olga.FollowAsync(forgiven)).Text, StringComparison.Ordinal);
        Assert.Empty(host.Get<IPendingDevices>().Denied);
    }

    [Fact]
    public async Task Only_operators_see_who_waits()
    {
        await using var host = await PortalHost.StartAsync();
        using var anna = await host.OpenAsync("anna");

        Assert.DoesNotContain("/pending", (await anna.GetAsync("/")).Html, StringComparison.Ordinal);
        Assert.NotEqual(System.Net.HttpStatusCode.OK, (await anna.GetAsync("/pending")).Status);
    }
}
