using System.Net;
using Edge.Identity.Accounts;
using Edge.Tests.Portal.Kit;

namespace Edge.Tests.Portal;

public sealed class AccountListTests
{
    [Fact]
    public async Task An_operator_makes_an_account_that_signs_in()
    {
        await using var host = await PortalHost.StartAsync();
        using var olga = await host.OpenAsync("olga");

        var added = await olga.SubmitAsync("/accounts", "/accounts/add", ("name", "nurse"), ("password", PortalHost.Password), ("role", "Owner"));

        Assert.Contains("nurse is made.", (await olga.FollowAsync(added)).Text, StringComparison.Ordinal);
        using var nurse = await host.OpenAsync("nurse");
        Assert.Equal(Roles.Owner, (await host.Identity.FindAsync("nurse"))!.Roles);
    }

    [Theory]
    [InlineData("anna", PortalHost.Password, "The name is taken:")]
    [InlineData("an na", PortalHost.Password, "A name has 1 to 64 letters")]
    [InlineData("nurse", "short", "A password has 8 to 256 characters.")]
    public async Task What_cannot_be_an_account_is_told(string name, string password, string problem)
    {
        await using var host = await PortalHost.StartAsync();
        using var olga = await host.OpenAsync("olga");
        var answer = await olga.SubmitAsync("/accounts", "/accounts/add", ("name", name), ("password", password));
        Assert.Contains(problem, (await olga.FollowAsync(answer)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disabled_account_is_signed_out_at_once_and_may_come_back_when_it_is_enabled()
    {
        await using var host = await PortalHost.StartAsync();
        using var olga = await host.OpenAsync("olga");
        using var anna = await host.OpenAsync("anna");

        await olga.SubmitAsync("/accounts", "/accounts/disable", ("name", "anna"));
        Assert.StartsWith("/sign-in", (await anna.GetAsync("/")).Location, StringComparison.Ordinal);
        Assert.Contains("disabled", (await olga.GetAsync("/accounts")).Text, StringComparison.Ordinal);

        await olga.SubmitAsync("/accounts", "/accounts/enable", ("name", "anna"));
        using var again = await host.OpenAsync("anna");
    }

    [Fact]
    public async Task The_last_operator_stays_and_the_page_says_why()
    {
        await using var host = await PortalHost.StartAsync();
        using var olga = await host.OpenAsync("olga");
        var answer = await olga.SubmitAsync("/accounts", "/accounts/disable", ("name", "olga"));
        Assert.Contains("This is the last operator", (await olga.FollowAsync(answer)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleting_asks_for_the_name()
    {
        await using var host = await PortalHost.StartAsync();
        using var olga = await host.OpenAsync("olga");

        var unsure = await olga.SubmitAsync("/accounts", "/accounts/delete", ("name", "bert"), ("sure", "bart"));
        Assert.Contains("Nothing is deleted", (await olga.FollowAsync(unsure)).Text, StringComparison.Ordinal);
        var sure = await olga.SubmitAsync("/accounts", "/accounts/delete", ("name", "bert"), ("sure", "bert"));

        Assert.Contains("bert is deleted", (await olga.FollowAsync(sure)).Text, StringComparison.Ordinal);
        Assert.Null(await host.Identity.FindAsync("bert"));
    }

    [Fact]
    public async Task Roles_passwords_and_sessions_of_others_are_an_operator_s_to_change()
    {
        await using var host = await PortalHost.StartAsync();
        using var olga = await host.OpenAsync("olga");
        using var anna = await host.OpenAsync("anna");
        Assert.Contains("Sessions of anna", (await olga.GetAsync("/accounts")).Text, StringComparison.Ordinal);

        await olga.SubmitAsync("/accounts", "/accounts/sign-out", ("name", "anna"));
        Assert.StartsWith("/sign-in", (await anna.GetAsync("/")).Location, StringComparison.Ordinal);
        await olga.SubmitAsync("/accounts", "/accounts/roles", ("name", "anna"), ("role", "Owner"), ("role", "Device"));
        Assert.Equal(Roles.Owner | Roles.Device, (await host.Identity.FindAsync("anna"))!.Roles);
        await olga.SubmitAsync("/accounts", "/accounts/password", ("name", "anna"), ("password", "a new battery"));
        Assert.NotNull((await host.Identity.CheckAsync("anna", "a new battery", null)).Account);
    }

    [Fact]
    public async Task Whoever_is_no_operator_sees_and_does_none_of_it()
    {
        await using var host = await PortalHost.StartAsync();
        using var anna = await host.OpenAsync("anna");
        Assert.DoesNotContain("/accounts", (await anna.GetAsync("/")).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await anna.GetAsync("/accounts")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await anna.PostAsync("/accounts/delete", ("name", "bert"), ("sure", "bert"))).Status);
        Assert.NotNull(await host.Identity.FindAsync("bert"));
    }
}
