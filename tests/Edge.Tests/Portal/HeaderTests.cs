using System.Net;
using Edge.Tests.Portal.Kit;

namespace Edge.Tests.Portal;

public sealed class HeaderTests
{
    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/healthz")]
    [InlineData("/there-is-no-such-page")]
    [InlineData("/claim?uri=iotdisco:KEY=1")]
    public async Task Every_answer_forbids_foreign_code_frames_and_caches(string path)
    {
        await using var host = await PortalHost.StartAsync();
        using var browser = host.Open();

        var headers = (await browser.GetAsync(path)).Headers;

        Assert.Contains("default-src 'none'", headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.Equal("nosniff", headers["X-Content-Type-Options"]);
        Assert.Equal("same-origin", headers["Referrer-Policy"]);
        Assert.Contains("no-store", headers["Cache-Control"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_carry_no_script_and_no_style_of_their_own()
    {
        await using var host = await PortalHost.StartAsync();
        await host.GiveAnnaTheSensorAsync();
        using var anna = await host.OpenAsync("anna");
        using var olga = await host.OpenAsync("olga");

        foreach (var (browser, path) in new[]
                 { (anna, "/"), (anna, "/things/mqtt/sensor-1"), (anna, "/claim"), (anna, "/questions"), (olga, "/nodes"), (olga, "/nodes/stickers") })
        {
            var html = (await browser.GetAsync(path)).Html;
            Assert.DoesNotMatch("<script(?![^>]* src=)|<style|\\sstyle=|\\son[a-z]+=|(src|href|action)=\"(https?:)?//", html);
        }
    }

    [Fact]
    public async Task Cookies_are_out_of_reach_of_scripts_and_other_sites()
    {
        await using var host = await PortalHost.StartAsync();
        using var browser = host.Open();
        var page = await browser.GetAsync("/sign-in");
        var entered = await browser.SubmitAsync("/sign-in", "password", ("Password.Name", "anna"), ("Password.Password", PortalHost.Password));

        foreach (var cookie in (page.Headers["Set-Cookie"] + "\n" + entered.Headers["Set-Cookie"]).Split('\n'))
        {
            Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Assets_are_kept_for_good_under_their_hash_and_asked_for_again_without()
    {
        await using var host = await PortalHost.StartAsync();
        using var browser = host.Open();
        var hashed = System.Text.RegularExpressions.Regex.Match((await browser.GetAsync("/sign-in")).Html, "/assets/edge.css\\?v=[0-9a-f]+").Value;

        var kept = await browser.GetAsync(hashed);
        var asked = await browser.GetAsync("/assets/edge.css");

        Assert.Equal((HttpStatusCode.OK, "text/css; charset=utf-8"), (kept.Status, kept.Headers["Content-Type"]));
        Assert.Contains("immutable", kept.Headers["Cache-Control"], StringComparison.Ordinal);
        Assert.Contains("no-cache", asked.Headers["Cache-Control"], StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/assets/edge.css");
        request.Headers.TryAddWithoutValidation("If-None-Match", asked.Headers["ETag"]);
        using var again = await browser.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/assets/appsettings.json")).Status);
    }

    [Fact]
    public async Task A_form_larger_than_allowed_is_refused_with_the_setting()
    {
        await using var host = await PortalHost.StartAsync(null, ("maxFormBytes", "2048"));
        using var anna = await host.OpenAsync("anna");

        var answer = await anna.SubmitAsync("/claim", "look", ("Look.Uri", new string('x', 4000)));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
        Assert.Contains("portal:maxFormBytes", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_requests_from_one_address_are_refused_and_health_is_not()
    {
        await using var host = await PortalHost.StartAsync(null, ("requestsPerMinute", "60"));
        using var browser = host.Open();

        for (var i = 0; i < 60; i++) Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/assets/edge.svg")).Status);

        var refused = await browser.GetAsync("/sign-in");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.Contains("Wait a minute", refused.Text, StringComparison.Ordinal);
        Assert.Equal("ok\n", (await browser.GetAsync("/healthz")).Html);
    }
}
