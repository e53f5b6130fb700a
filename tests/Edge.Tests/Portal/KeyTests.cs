using System.Net;
using Edge.Identity.Registration;
using Edge.Portal.Pages.Keys;
using Edge.Tests.Portal.Kit;

namespace Edge.Tests.Portal;

public sealed class KeyTests
{
    [Fact]
    public async Task Secrets_that_nobody_fetched_are_not_kept_for_ever()
    {
        await using var host = await PortalHost.StartAsync();
        var desk = host.Get<KeyDesk>();
        List<string?> codes = [];
        for (var i = 0; i < 17; i++) codes.Add((await desk.MakeAsync("Meters " + i, 1, 0, "olga", TestContext.Current.CancellationToken)).Code);

        Assert.Null(desk.Take(codes[0]));
        Assert.Equal("Meters 1", desk.Take(codes[1])?.Key.Label);
        Assert.Null(desk.Take(codes[1]));
        Assert.Equal("Meters 16", desk.Take(codes[16])?.Key.Label);
    }

    [Fact]
    public async Task A_new_key_shows_its_secret_once()
    {
        await using var host = await PortalHost.StartAsync();
        using var olga = await host.OpenAsync("olga");

        var added = await olga.SubmitAsync("/keys", "/keys/add", ("label", "Meters of Capulet"), ("quota", "50"), ("days", "30"));

        var key = (await host.Get<IRegistrationKeys>().ListAsync()).Single();
        var secret = await host.Get<IRegistrationKeys>().SecretOfAsync(key.Id);
        Assert.Equal(("Meters of Capulet", 50, "olga"), (key.Label, key.Quota, key.CreatedBy));
        Assert.Contains(secret!, (await olga.FollowAsync(added)).Html, StringComparison.Ordinal);
        Assert.DoesNotContain(secret!, (await olga.FollowAsync(added)).Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Meters", "0", "1")]
    [InlineData("Meters", "99999999", "1")]
    [InlineData("Meters", "many", "1")]
    [InlineData("Meters", "1", "-1")]
    public async Task What_cannot_be_a_key_is_told(string label, string quota, string days)
    {
        await using var host = await PortalHost.StartAsync();
        using var olga = await host.OpenAsync("olga");
        var answer = await olga.SubmitAsync("/keys", "/keys/add", ("label", label), ("quota", quota), ("days", days));
        Assert.Equal("/keys", answer.Location);
        Assert.Empty(await host.Get<IRegistrationKeys>().ListAsync());
    }

    [Fact]
    public async Task A_key_is_switched_and_revoked()
    {
        await using var host = await PortalHost.StartAsync();
        using var olga = await host.OpenAsync("olga");
        await olga.SubmitAsync("/keys", "/keys/add", ("label", "Meters"), ("quota", "5"), ("days", "0"));

        await olga.SubmitAsync("/keys", "/keys/switch");
        Assert.Contains("switched off", (await olga.GetAsync("/keys")).Text, StringComparison.Ordinal);
        await olga.SubmitAsync("/keys", "/keys/switch");
        Assert.True((await host.Get<IRegistrationKeys>().ListAsync()).Single().IsEnabled);
        await olga.SubmitAsync("/keys", "/keys/revoke");
        Assert.Contains("There is no key", (await olga.GetAsync("/keys")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_without_an_account_asks_and_the_operator_confirms()
    {
        await using var host = await PortalHost.StartAsync();
        using var stranger = host.Open();
        var asked = await stranger.SubmitAsync(
            "/request-key", "ask", ("Form.Name", "Capulet <Ltd>"), ("Form.Contact", "ann@example.org"), ("Form.Purpose", "Meters"), ("Form.Accounts", "20"));
        Assert.Contains("Your request waits for the operator", asked.Text, StringComparison.Ordinal);

        using var olga = await host.OpenAsync("olga");
        var page = await olga.GetAsync("/keys");
        Assert.Contains("Capulet <Ltd>", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<Ltd>", page.Html, StringComparison.Ordinal);
        var confirmed = await olga.SubmitAsync("/keys", "/keys/confirm");

        Assert.Contains("The key for Capulet", (await olga.FollowAsync(confirmed)).Text, StringComparison.Ordinal);
        Assert.Equal(("Capulet <Ltd>", 20), ((await host.Get<IRegistrationKeys>().ListAsync()).Single() is var key ? (key.Label, key.Quota) : default));
        Assert.Empty(host.Get<IKeyRequests>().Waiting);
    }

    [Fact]
    public async Task A_denied_request_is_gone()
    {
        await using var host = await PortalHost.StartAsync();
        await host.Get<IKeyRequests>().AskAsync("Capulet", "ann@example.org", "Meters", 20, "192.0.2.7");
        using var olga = await host.OpenAsync("olga");
        Assert.Contains("Capulet gets no key.", (await olga.FollowAsync(await olga.SubmitAsync("/keys", "/keys/deny"))).Text, StringComparison.Ordinal);
        Assert.Empty(await host.Get<IRegistrationKeys>().ListAsync());
    }

    [Fact]
    public async Task Requests_from_one_address_are_limited_by_the_minute()
    {
        await using var host = await PortalHost.StartAsync(settings: ("signInAttemptsPerMinute", "2"));
        using var stranger = host.Open();
        for (var i = 0; i < 2; i++) await stranger.SubmitAsync("/request-key", "ask", ("Form.Name", ""));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await stranger.SubmitAsync("/request-key", "ask", ("Form.Name", ""))).Status);
    }

    [Fact]
    public async Task Keys_are_for_operators()
    {
        await using var host = await PortalHost.StartAsync();
        using var anna = await host.OpenAsync("anna");
        Assert.Equal(HttpStatusCode.Forbidden, (await anna.GetAsync("/keys")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await anna.PostAsync("/keys/add", ("label", "x"), ("quota", "1"), ("days", "1"))).Status);
    }
}
