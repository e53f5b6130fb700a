using Edge.Portal.Views;
using Edge.Tests.Portal.Kit;
using Edge.Things.Nodes;
using Edge.Things.Provisioning;
using Edge.Things.Readings;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Edge.Conformance.Portal;

/// <summary>What an owner does, with a real browser: sign in with the code, claim by link, see the live value, answer a question, take the rule back.</summary>
public sealed class MainJobTests
{
    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task An_owner_signs_in_claims_sees_and_decides(bool isPhone, bool isDark)
    {
        await using var chromium = await Chromium.StartAsync();
        await using var host = await PortalHost.StartAsync();
        var window = await chromium.OpenAsync(host.Address, new(isPhone, isDark));

        await ClaimByLinkAsync(host, window);
        await SeeLiveValuesAsync(host, window);
        await AnswerAsync(host, window);
        await TakeBackAsync(host, window);

        Assert.Empty(window.Problems);
    }

    private static async Task ClaimByLinkAsync(PortalHost host, Window window)
    {
        var page = window.Page;
        var claim = host.Get<INodeClaims>().ClaimUri(new("sensor-1", "mqtt"))!;
        var code = await host.Identity.IssueAsync("anna", TimeSpan.FromHours(1));

        await page.GotoAsync(ClaimLink.Address(host.Address.ToString(), claim));
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/sign-in"));
        await page.GetByLabel("Code", new() { Exact = true }).FillAsync(code);
        await window.KeepAsync("1-sign-in");
        await page.GetByRole(AriaRole.Button, new() { Name = "Use the code" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Is this your thing?" })).ToBeVisibleAsync();
        await Expect(page.GetByText("sensor-key")).Not.ToBeVisibleAsync();
        await window.KeepAsync("2-claim");
        await page.GetByRole(AriaRole.Button, new() { Name = "Claim it" }).ClickAsync();
        await Expect(page.GetByText("Sensor 1 is yours now.")).ToBeVisibleAsync();
    }

    private static async Task SeeLiveValuesAsync(PortalHost host, Window window)
    {
        var page = window.Page;
        await page.GotoAsync("/");
        await Expect(page.GetByText("Live", new() { Exact = true })).ToBeVisibleAsync();
        var temperature = page.Locator("[data-field=temperature] [data-value]");
        await Expect(temperature).ToHaveTextAsync("–");

        var now = TimeProvider.System.GetUtcNow();
        await host.RecordAsync(
            new Reading("temperature", FieldValue.Number(21.5, 1), now) { Unit = "Cel" },
            new Reading("humidity", null, now, Quality.Error) { Text = "the sensor did not answer" });

        await Expect(temperature).ToHaveTextAsync("21.5 °C");
        await Expect(page.Locator("[data-field=humidity] [data-words]")).ToHaveTextAsync("no value: the sensor did not answer");
        await page.GetByRole(AriaRole.Button, new() { Name = "Switch Sensor 1 LED On" }).ClickAsync();
        await Expect(page.GetByText("Done: LED of Sensor 1 is set to on.")).ToBeVisibleAsync();
        await window.KeepAsync("3-things");

        await page.GetByRole(AriaRole.Link, new() { Name = "Sensor 1" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Details" })).ToBeVisibleAsync();
        await window.KeepAsync("4-thing");
    }

    private static async Task AnswerAsync(PortalHost host, Window window)
    {
        var page = window.Page;
        await host.BertAsksAsync(Operation.Read, "temperature", "humidity");
        await Expect(page.Locator("[data-badge=questions]")).ToHaveTextAsync("1 open");
        await page.Locator("nav").GetByRole(AriaRole.Link, new() { Name = "Questions" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "bert@edge.local wants to read temperature and humidity of Sensor 1." })).ToBeVisibleAsync();
        await window.KeepAsync("5-question");

        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Humidity" }).UncheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Allow" }).ClickAsync();
        await Expect(page.GetByText("Nobody waits for an answer")).ToBeVisibleAsync();

        var decision = await host.Get<IProvisioning>().DecideAsync(new(host.Sensor, PortalHost.Bert, Operation.Read, Edge.Things.NameSet.Of("temperature", "humidity")));
        Assert.Equal(Edge.Things.NameSet.Of("temperature"), decision.Names);
    }

    private static async Task TakeBackAsync(PortalHost host, Window window)
    {
        var page = window.Page;
        await page.Locator("nav").GetByRole(AriaRole.Link, new() { Name = "Rules" }).ClickAsync();
        await Expect(page.GetByText("bert@edge.local may read temperature, but not humidity, of Sensor 1")).ToBeVisibleAsync();
        await window.KeepAsync("6-rules");
        await page.GetByRole(AriaRole.Button, new() { Name = "Take it back" }).ClickAsync();
        await Expect(page.GetByText("No rules yet")).ToBeVisibleAsync();
        Assert.Empty(host.Get<IProvisioning>().RulesOf(PortalHost.Anna));
    }
}
