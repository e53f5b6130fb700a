using Edge.Tests.Portal.Kit;
using Edge.Things;
using Edge.Things.Nodes;
using Edge.Things.Provisioning;
using Edge.Things.Readings;

namespace Edge.Conformance.Portal;

/// <summary>WCAG 2.2 AA, as far as a script can tell: every page, light and dark, on a phone, a desk, and 320 pixels wide.</summary>
public sealed class AccessibilityTests
{
    private static readonly Lazy<string> Script = new(() =>
    {
        using var reader = new StreamReader(typeof(AccessibilityTests).Assembly.GetManifestResourceStream("accessibility.js")!);
        return reader.ReadToEnd();
    });

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Every_page_can_be_read_and_used_by_everybody(bool isPhone, bool isDark)
    {
        await using var chromium = await Chromium.StartAsync();
        await using var host = await FullHouseAsync();
        var window = await chromium.OpenAsync(host.Address, new(isPhone, isDark));
        var problems = new List<string>();

        foreach (var path in new[] { "/sign-in", "/request-key" }) await CheckAsync(window, path, problems);
        await SignInAsync(host, window, "olga");
        foreach (var path in new[] { "/nodes", "/nodes/stickers", "/account", "/accounts", "/keys", "/claim?uri=" + Uri.EscapeDataString("iotdisco:NAME=Meter;KEY=1") })
            await CheckAsync(window, path, problems);
        await window.KeepAsync("7-claim-link");
        await window.Page.GotoAsync("/nodes");
        await window.KeepAsync("8-nodes");
        await window.Page.GotoAsync("/nodes/stickers?thing=mqtt/meter");
        await window.KeepAsync("9-sticker");

        await SignInAsync(host, window, "anna");
        foreach (var path in new[] { "/", "/things/mqtt/sensor-1", "/questions", "/rules", "/claim", "/no-such-page" }) await CheckAsync(window, path, problems);
        await window.Page.SetViewportSizeAsync(320, 640);
        foreach (var path in new[] { "/", "/things/mqtt/sensor-1", "/questions", "/rules", "/claim" }) await CheckAsync(window, path, problems);

        Assert.Empty(problems);
    }

    [Fact]
    public async Task The_keyboard_alone_is_enough_and_always_seen()
    {
        await using var chromium = await Chromium.StartAsync();
        await using var host = await FullHouseAsync();
        var window = await chromium.OpenAsync(host.Address, new(IsPhone: false, IsDark: false));
        await SignInAsync(host, window, "anna");
        await window.Page.GotoAsync("/");

        await window.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to the content", await FocusedAsync(window, "document.activeElement.textContent"));
        await window.Page.Keyboard.PressAsync("Enter");
        Assert.Equal("main", await FocusedAsync(window, "document.activeElement.id"));

        var seen = new List<string>();
        await window.Page.Keyboard.PressAsync("Tab");
        while (await FocusedAsync(window, "document.activeElement.tagName") != "BODY")
        {
            seen.Add(await FocusedAsync(window, "document.activeElement.textContent.trim()"));
            Assert.NotEqual("none", await FocusedAsync(window, "getComputedStyle(document.activeElement).outlineStyle"));
            Assert.True(seen.Count < 50, "The focus does not leave the page.");
            await window.Page.Keyboard.PressAsync("Tab");
        }

        Assert.Equal("Sensor 1", seen[0]);
        Assert.Contains("Switch Sensor 1 LED On", seen);
    }

    [Fact]
    public async Task Everything_but_live_values_works_without_scripts()
    {
        await using var chromium = await Chromium.StartAsync();
        await using var host = await FullHouseAsync();
        var window = await chromium.OpenAsync(host.Address, new(IsPhone: true, IsDark: false, HasScripts: false));
        await SignInAsync(host, window, "anna");

        await window.Page.ClickAsync("text=Questions");
        await window.Page.ClickAsync("button:has-text('Refuse')");
        Assert.Contains("may not read", await window.Page.TextContentAsync(".note"), StringComparison.Ordinal);
        await window.Page.GotoAsync("/");
        await window.Page.ClickAsync(".switch button:has-text('On')");

        Assert.Contains("is set to on", await window.Page.TextContentAsync(".note"), StringComparison.Ordinal);
        Assert.Single(host.Home.Controls);
    }

    [Fact]
    public async Task The_check_itself_finds_what_is_wrong()
    {
        await using var chromium = await Chromium.StartAsync();
        var window = await chromium.OpenAsync(new("http://127.0.0.1/"), new(IsPhone: true, IsDark: false));
        await window.Page.SetContentAsync(
            "<body><h3>Too deep</h3><input><button></button><img src=x><p style='color:#999;background:#aaa'>Grey on grey</p><a href=x>x</a><i style='width:3000px;display:block'>wide</i>");

        var problems = string.Join('\n', await window.Page.EvaluateAsync<string[]>(Script.Value));

        foreach (var part in new[] { "no language", "× <main>", "skips a level", "has no label", "has no name", "has no alt", "contrast", "target", "wider than the window" })
            Assert.Contains(part, problems, StringComparison.Ordinal);
    }

    private static async Task<PortalHost> FullHouseAsync()
    {
        var host = await PortalHost.StartAsync();
        await host.GiveAnnaTheSensorAsync();
        var now = TimeProvider.System.GetUtcNow();
        await host.RecordAsync(new Reading("humidity", FieldValue.Number(41), now.AddHours(-1)) { Unit = "%RH" });
        await host.BertAsksAsync(Operation.Control, "led");
        await host.Get<IProvisioning>().AnswerAsync(
            PortalHost.Anna, host.Get<IProvisioning>().QuestionsFor(PortalHost.Anna).Single().Id, new(NameSet.Empty, SubjectKind.Caller, null));
        await host.BertAsksAsync(Operation.Read, "temperature", "humidity");
        return host;
    }

    private static async Task SignInAsync(PortalHost host, Window window, string account)
    {
        var code = await host.Identity.IssueAsync(account, TimeSpan.FromHours(1));
        await window.Page.GotoAsync("/sign-in?code=" + code);
        await window.Page.ClickAsync("text=Use the code");
        await window.Page.WaitForSelectorAsync($".who >> text={account}");
    }

    private static async Task CheckAsync(Window window, string path, List<string> problems)
    {
        await window.Page.GotoAsync(path);
        foreach (var problem in await window.Page.EvaluateAsync<string[]>(Script.Value)) problems.Add($"{path}: {problem}");
    }

    private static Task<string> FocusedAsync(Window window, string expression) => window.Page.EvaluateAsync<string>(expression);
}
