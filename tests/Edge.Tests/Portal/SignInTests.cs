using System.Net;
using Edge.Identity.Accounts;
using Edge.TestKit;
using Edge.Tests.Portal.Kit;

namespace Edge.Tests.Portal;

public sealed class SignInTests
{
    [Fact]
    public async Task A_password_lets_its_owner_in_and_a_wrong_one_does_not()
    {
        await using var host = await PortalHost.StartAsync();
        using var browser = host.Open();

        var wrong = await browser.SubmitAsync("/sign-in", "password", ("Password.Name", "anna"), ("Password.Password", "not the one"));
        Assert.Equal(HttpStatusCode.OK, wrong.Status);
        Assert.Contains("Name or password is wrong.", wrong.Text, StringComparison.Ordinal);
        Assert.Contains("value=\"anna\"", wrong.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("not the one", wrong.Html, StringComparison.Ordinal);

        using var signedIn = await host.OpenAsync("anna");
        Assert.Contains("Signed in as anna", (await signedIn.GetAsync("/")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PasswordError.TooManyForAccount, "Wait a minute")]
    [InlineData(PasswordError.TooManyFromAddress, "Wait a minute")]
    [InlineData(PasswordError.Busy, "Try again in a moment")]
    public async Task Who_is_held_up_is_told_so_and_where_he_comes_from_is_known(PasswordError refusal, string words)
    {
        await using var host = await PortalHost.StartAsync();
        using var anna = await host.OpenAsync("anna");
        host.Identity.Refusal = refusal;

        using var other = host.Open();
        var signIn = await other.SubmitAsync("/sign-in", "password", ("Password.Name", "anna"), ("Password.Password", PortalHost.Password));
        var change = await anna.SubmitAsync("/account", "/account/password", ("old", PortalHost.Password), ("new", "another one"), ("again", "another one"));

        Assert.Contains(words, signIn.Text, StringComparison.Ordinal);
        Assert.Contains(words, (await anna.FollowAsync(change)).Text, StringComparison.Ordinal);
        Assert.Equal(3, host.Identity.Asked.Count);
        Assert.All(host.Identity.Asked, from => Assert.True(IPAddress.IsLoopback(from!)));
    }

    [Fact]
    public async Task A_code_of_an_account_signs_in_once()
    {
        await using var host = await PortalHost.StartAsync();
        using var browser = host.Open();
        var code = await host.Identity.IssueAsync("anna", TimeSpan.FromHours(1));

        var page = await browser.GetAsync("/sign-in?code=" + code);
        Assert.Contains($"value=\"{code}\"", page.Html, StringComparison.Ordinal);

        var entered = await browser.SubmitAsync("/sign-in?code=" + code, "code");
        Assert.Equal("/", entered.Location);
        Assert.Contains("Signed in as anna", (await browser.FollowAsync(entered)).Text, StringComparison.Ordinal);

        using var other = host.Open();
        var again = await other.SubmitAsync("/sign-in", "code", ("Code.Code", code));
        Assert.Contains("used already", again.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_with_a_code_does_not_use_it_up()
    {
        await using var host = await PortalHost.StartAsync();
        using var browser = host.Open();
        var code = await host.Identity.IssueAsync("anna", TimeSpan.FromHours(1));

        for (var i = 0; i < 3; i++) await browser.GetAsync("/sign-in?code=" + code);

        Assert.NotNull(await host.Identity.RedeemAsync(code));
    }

    [Fact]
    public async Task The_first_code_makes_the_first_operator_and_no_second()
    {
        await using var host = await PortalHost.StartAsync(new FakeHome(), new FakeIdentity(), null);
        using var browser = host.Open();
        Assert.Equal("/sign-in", (await browser.GetAsync("/first-account")).Location);

        var code = await host.Identity.IssueAsync(null, TimeSpan.FromHours(1));
        var admitted = await browser.SubmitAsync("/sign-in", "code", ("Code.Code", code));
        Assert.Equal("/first-account", admitted.Location);

        var differs = await browser.SubmitAsync(
            "/first-account", "first", ("Form.Name", "olga"), ("Form.Password", PortalHost.Password), ("Form.Again", "something else"));
        Assert.Contains("The two passwords differ", differs.Text, StringComparison.Ordinal);
        var made = await browser.SubmitAsync(
            "/first-account", "first", ("Form.Name", "olga"), ("Form.Password", PortalHost.Password), ("Form.Again", PortalHost.Password));
        Assert.Equal("/", made.Location);
        Assert.Contains("Signed in as olga", (await browser.FollowAsync(made)).Text, StringComparison.Ordinal);
        Assert.True((await host.Identity.FindAsync("olga"))!.Roles.HasFlag(Roles.Operator));

        using var late = host.Open();
        var second = await host.Identity.IssueAsync(null, TimeSpan.FromHours(1));
        var refused = await late.SubmitAsync("/sign-in", "code", ("Code.Code", second));
        Assert.Contains("There is an operator already", refused.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/questions", "/questions")]
    [InlineData("/claim?uri=iotdisco:SN=1;KEY=2", "/claim?uri=iotdisco:SN=1;KEY=2")]
    [InlineData("https://evil.example/", "/")]
    [InlineData("//evil.example/", "/")]
    [InlineData("/\\evil.example/", "/")]
    [InlineData("/\t/evil.example/", "/")]
    [InlineData("\\\\evil.example", "/")]
    [InlineData("javascript:alert(1)", "/")]
    [InlineData("evil.example", "/")]
    [InlineData("", "/")]
    public async Task After_signing_in_only_a_path_of_the_portal_is_followed(string asked, string followed)
    {
        await using var host = await PortalHost.StartAsync();
        using var browser = host.Open();

        var answer = await browser.SubmitAsync(
            "/sign-in?ReturnUrl=" + Uri.EscapeDataString(asked), "password", ("Password.Name", "anna"), ("Password.Password", PortalHost.Password));

        Assert.Equal(followed, Uri.UnescapeDataString(answer.Location!));
    }

    [Fact]
    public async Task Too_many_attempts_from_one_address_are_refused_with_a_clear_text()
    {
        await using var host = await PortalHost.StartAsync(null, ("signInAttemptsPerMinute", "3"));
        using var browser = host.Open();
        for (var i = 0; i < 3; i++) await browser.SubmitAsync("/sign-in", "code", ("Code.Code", "guess" + i));

        var refused = await browser.SubmitAsync("/sign-in", "password", ("Password.Name", "anna"), ("Password.Password", PortalHost.Password));

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.Contains("Too many attempts", refused.Text, StringComparison.Ordinal);
        Assert.Equal("60", refused.Headers["Retry-After"]);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/sign-in")).Status);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_even_for_a_copied_cookie()
    {
        await using var host = await PortalHost.StartAsync();
        using var browser = await host.OpenAsync("anna");
        using var copy = browser.Copy();
        Assert.Equal(HttpStatusCode.OK, (await copy.GetAsync("/")).Status);

        var signedOut = await browser.SubmitAsync("/", "/sign-out");

        Assert.Contains("You are signed out.", (await browser.FollowAsync(signedOut)).Text, StringComparison.Ordinal);
        Assert.StartsWith("/sign-in", (await browser.GetAsync("/")).Location, StringComparison.Ordinal);
        Assert.StartsWith("/sign-in", (await copy.GetAsync("/")).Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_ends_when_the_password_changes_or_the_account_is_disabled()
    {
        await using var host = await PortalHost.StartAsync();
        using var anna = await host.OpenAsync("anna");
        using var bert = await host.OpenAsync("bert");

        await host.Identity.SetPasswordAsync("anna", "another password");
        host.Identity.Disable("bert");

        Assert.StartsWith("/sign-in", (await anna.GetAsync("/")).Location, StringComparison.Ordinal);
        Assert.StartsWith("/sign-in", (await bert.GetAsync("/")).Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_ends_after_a_week_without_use_and_after_a_month_whatever_its_use()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow()); // the browser's cookies follow the real one
        await using var host = await PortalHost.StartAsync(clock);
        using var idle = await host.OpenAsync("anna");
        using var busy = await host.OpenAsync("anna");

        for (var day = 1; day <= 29; day++)
        {
            clock.Advance(TimeSpan.FromDays(1));
            Assert.Equal(HttpStatusCode.OK, (await busy.GetAsync("/")).Status);
        }

        Assert.StartsWith("/sign-in", (await idle.GetAsync("/")).Location, StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromDays(1));
        Assert.StartsWith("/sign-in", (await busy.GetAsync("/")).Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_session_more_than_allowed_ends_the_one_used_least_recently()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow()); // the browser's cookies follow the real one
        await using var host = await PortalHost.StartAsync(clock, ("sessionsPerAccount", "2"));
        using var first = await host.OpenAsync("anna");
        clock.Advance(TimeSpan.FromSeconds(1));
        using var second = await host.OpenAsync("anna");
        clock.Advance(TimeSpan.FromSeconds(1));
        using var third = await host.OpenAsync("anna");

        Assert.StartsWith("/sign-in", (await first.GetAsync("/")).Location, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await second.GetAsync("/")).Status);
        Assert.Equal(HttpStatusCode.OK, (await third.GetAsync("/")).Status);
    }
}
