using Edge.Portal.Views;
using Edge.Tests.Portal.Kit;
using Edge.Things.Nodes;
using Edge.Things.Registry;

namespace Edge.Tests.Portal;

public sealed class ClaimTests
{
    [Fact]
    public async Task A_link_shows_what_the_claim_says_and_claims_only_when_confirmed()
    {
        await using var host = await PortalHost.StartAsync();
        using var anna = await host.OpenAsync("anna");
        var link = "/claim?uri=" + Uri.EscapeDataString(ClaimOf(host));

        var page = await anna.GetAsync(link);
        Assert.Contains("Name Sensor 1 Made by edge.example Model SensorNode Serial number 100-1", page.Text, StringComparison.Ordinal);
        Assert.Null(host.Get<IThingRegistry>().Find(host.Sensor)?.Owner);

        var claimed = await anna.SubmitAsync(link, "claim");
        Assert.Equal("/things/mqtt/sensor-1", claimed.Location);
        Assert.Contains("Sensor 1 is yours now.", (await anna.FollowAsync(claimed)).Text, StringComparison.Ordinal);
        var thing = host.Get<IThingRegistry>().Find(host.Sensor)!;
        Assert.Equal((PortalHost.Anna, false), (thing.Owner, thing.IsPublic));
    }

    [Fact]
    public async Task A_stranger_signs_in_first_and_comes_back_to_the_claim()
    {
        await using var host = await PortalHost.StartAsync();
        using var browser = host.Open();
        var link = "/claim?uri=" + Uri.EscapeDataString(ClaimOf(host));

        var sent = await browser.GetAsync(link);
        var back = await browser.SubmitAsync(sent.Location!, "password", ("Password.Name", "anna"), ("Password.Password", PortalHost.Password));

        Assert.Contains("Is this your thing?", (await browser.FollowAsync(back)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pasted_code_or_link_is_looked_at_first()
    {
        await using var host = await PortalHost.StartAsync();
        using var anna = await host.OpenAsync("anna");

        foreach (var pasted in new[] { ClaimOf(host), $"  {ClaimOf(host)}\n", ClaimLink.Address("https://edge.example:8443", ClaimOf(host)) })
        {
            var page = await anna.SubmitAsync("/claim", "look", ("Look.Uri", pasted));
            Assert.Contains("Is this your thing?", page.Text, StringComparison.Ordinal);
        }

        Assert.Null(host.Get<IThingRegistry>().Find(host.Sensor)?.Owner);
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("iotdisco:")]
    [InlineData("iotdisco:SN=100-1")]
    [InlineData("https://evil.example/?uri=hello")]
    [InlineData("iotdisco:SN=1;SN=2;KEY=3")]
    public async Task What_is_no_claim_is_told_in_one_sentence(string text)
    {
        await using var host = await PortalHost.StartAsync();
        using var anna = await host.OpenAsync("anna");

        Assert.Contains("This is no claim", (await anna.SubmitAsync("/claim", "look", ("Look.Uri", text))).Text, StringComparison.Ordinal);
        Assert.Contains("This is no claim", (await anna.GetAsync("/claim?uri=" + Uri.EscapeDataString(text))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_claim_is_told_in_one_sentence_that_helps_nobody_guess()
    {
        await using var host = await PortalHost.StartAsync();
        await host.GiveAnnaTheSensorAsync();
        using var bert = await host.OpenAsync("bert");

        foreach (var uri in new[] { "iotdisco:SN=1;KEY=guess", "iotdisco:NAME=Sensor 1;MAN=edge.example;MODEL=SensorNode;SN=100-1;#V=1.2;KEY=sensor-key" })
        {
            var answer = await bert.SubmitAsync("/claim?uri=" + Uri.EscapeDataString(uri), "claim");
            Assert.Contains("Nothing that is free to be claimed matches this code", answer.Text, StringComparison.Ordinal);
        }

        Assert.Equal(PortalHost.Anna, host.Get<IThingRegistry>().Find(host.Sensor)!.Owner);
    }

    [Fact]
    public async Task Markup_in_a_claim_stays_text()
    {
        await using var host = await PortalHost.StartAsync();
        using var anna = await host.OpenAsync("anna");

        var page = await anna.GetAsync("/claim?uri=" + Uri.EscapeDataString("iotdisco:NAME=<img src=x>;KEY=1"));

        Assert.DoesNotContain("<img src=x>", page.Html, StringComparison.Ordinal);
        Assert.Contains("<img src=x>", page.Text + System.Net.WebUtility.HtmlDecode(page.Html), StringComparison.Ordinal);
    }

    private static string ClaimOf(PortalHost host) => host.Get<INodeClaims>().ClaimUri(new("sensor-1", "mqtt"))!;
}
