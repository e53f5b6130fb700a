using System.Net;
using Edge.Tests.Portal.Kit;

namespace Edge.Tests.Portal;

public sealed class MyAccountTests
{
    private const string Other = "another battery staple";

    [Fact]
    public async Task Another_password_signs_out_every_other_browser_and_leaves_this_one_in()
    {
        await using var host = await PortalHost.StartAsync();
        using var anna = await host.OpenAsync("anna");
        using var phone = await host.OpenAsync("anna");

        var changed = await anna.SubmitAsync("/account", "/account/password", ("old", PortalHost.Password), ("new", Other), ("again", Other));

        Assert.Contains("You have another password.", (await anna.FollowAsync(changed)).Text, StringComparison.Ordinal);
        Assert.StartsWith("/sign-in", (await phone.GetAsync("/")).Location, StringComparison.Ordinal);
        using var fresh = host.Open();
        Assert.Equal("/", (await fresh.SubmitAsync("/sign-in", "password", ("Password.Name", "anna"), ("Password.Password", Other))).Location);
    }

    [Theory]
    [InlineData("wrong", Other, Other, "The password of now is wrong.")]
    [InlineData(PortalHost.Password, Other, "another", "The two new passwords differ.")]
    [InlineData(PortalHost.Password, "short", "short", "A password has 8 to 256 characters.")]
    public async Task What_does_not_fit_changes_nothing(string old, string wanted, string again, string problem)
    {
        await using var host = await PortalHost.StartAsync();
        using var anna = await host.OpenAsync("anna");
        var answer = await anna.SubmitAsync("/account", "/account/password", ("old", old), ("new", wanted), ("again", again));
        Assert.Contains(problem, (await anna.FollowAsync(answer)).Text, StringComparison.Ordinal);
        Assert.NotNull((await host.Identity.CheckAsync("anna", PortalHost.Password, null)).Account);
    }

    [Fact]
    public async Task Sessions_are_listed_and_end_one_by_one()
    {
        await using var host = await PortalHost.StartAsync();
        using var phone = await host.OpenAsync("anna");
        using var anna = await host.OpenAsync("anna");
        var page = await anna.GetAsync("/account");
        Assert.Equal(2, page.Html.Split("name=\"id\"").Length - 1);
        Assert.Contains("this browser", page.Text, StringComparison.Ordinal);

        await anna.SubmitAsync("/account", "/account/end"); // the first that is listed
        await anna.GetAsync("/account");
        var left = (await phone.GetAsync("/account")).Status == HttpStatusCode.OK ? phone : anna;
        await left.SubmitAsync("/account", "/account/end");

        Assert.StartsWith("/sign-in", (await phone.GetAsync("/")).Location, StringComparison.Ordinal);
        Assert.StartsWith("/sign-in", (await anna.GetAsync("/")).Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signing_out_everywhere_ends_this_browser_too()
    {
        await using var host = await PortalHost.StartAsync();
        using var phone = await host.OpenAsync("anna");
        using var anna = await host.OpenAsync("anna");

        var done = await anna.SubmitAsync("/account", "/account/sign-out-everywhere");

        Assert.Equal("/sign-in", done.Location);
        Assert.Contains("signed out everywhere", (await anna.FollowAsync(done)).Text, StringComparison.Ordinal);
        Assert.StartsWith("/sign-in", (await phone.GetAsync("/")).Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_follows_live_values_goes_with_its_session()
    {
        await using var host = await PortalHost.StartAsync();
        using var anna = await host.OpenAsync("anna");
        using var live = await anna.Http.GetAsync("/api/live", HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await live.Content.ReadAsStreamAsync();
        using var bert = anna.Copy();

        await bert.SubmitAsync("/account", "/account/sign-out-everywhere");

        var buffer = new byte[4096];
        using var time = new CancellationTokenSource(TimeSpan.FromSeconds(20)); // it ends long before the next sign of life
        while (await stream.ReadAsync(buffer, time.Token) > 0)
        {
        }
    }

    [Fact]
    public async Task Nobody_ends_what_is_another_s()
    {
        await using var host = await PortalHost.StartAsync();
        using var olga = await host.OpenAsync("olga");
        using var anna = await host.OpenAsync("anna");
        var id = (await olga.GetAsync("/account")).Html.Split("name=\"id\" value=\"")[1].Split('"')[0];

        var answer = await anna.SubmitAsync("/account", "/account/end", ("kind", "portal"), ("id", id));

        Assert.Contains("It was not signed in any more.", (await anna.FollowAsync(answer)).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await olga.GetAsync("/account")).Status);
    }
}
