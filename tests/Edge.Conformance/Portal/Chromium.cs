using Edge.TestKit;
using Microsoft.Playwright;

namespace Edge.Conformance.Portal;

/// <summary>Debian's Chromium, driven by Playwright, and the folder that screenshots are kept in (not committed).</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Chromium(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    public static async Task<Chromium> StartAsync()
    {
        var path = Peer.Require("chromium");
        var playwright = await Playwright.CreateAsync();
        return new(playwright, await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = path,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--disable-sync",
            ],
        }));
    }

    /// <summary>A window of its own, whose scripts' errors fail the test.</summary>
    public async Task<Window> OpenAsync(Uri address, Looks looks)
    {
        var context = await _browser.NewContextAsync(new()
        {
            BaseURL = address.ToString(),
            ColorScheme = looks.IsDark ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = looks.IsPhone ? new() { Width = 390, Height = 844 } : new() { Width = 1280, Height = 860 },
            DeviceScaleFactor = looks.IsPhone ? 2 : 1,
            IsMobile = looks.IsPhone,
            HasTouch = looks.IsPhone,
            JavaScriptEnabled = looks.HasScripts,
        });
        return new(await context.NewPageAsync(), looks);
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}

/// <summary>How a window looks.</summary>
internal sealed record Looks(bool IsPhone, bool IsDark, bool HasScripts = true)
{
    public override string ToString() => $"{(IsPhone ? "phone" : "desktop")}-{(IsDark ? "dark" : "light")}";
}

/// <summary>A page, what went wrong in it, and its screenshots.</summary>
internal sealed class Window
{
    private readonly Looks _looks;

    public Window(IPage page, Looks looks)
    {
        (Page, _looks) = (page, looks);
        page.SetDefaultTimeout(15_000);
        page.PageError += (_, error) => Problems.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error") Problems.Add(message.Text);
        };
    }

    public IPage Page { get; }

    public List<string> Problems { get; } = [];

    /// <summary>Keeps a picture of the whole page, in a window as long as it, so that the menu is where it belongs.</summary>
    public async Task KeepAsync(string name)
    {
        var size = Page.ViewportSize!;
        var height = await Page.EvaluateAsync<int>("document.documentElement.scrollHeight");
        await Page.SetViewportSizeAsync(size.Width, Math.Max(size.Height, height));
        await Page.ScreenshotAsync(new() { Path = Path.Combine(Folder(), $"{name}-{_looks}.png") });
        await Page.SetViewportSizeAsync(size.Width, size.Height);
    }

    private static string Folder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Edge.sln"))) folder = folder.Parent;
        return Directory.CreateDirectory(Path.Combine(folder?.FullName ?? AppContext.BaseDirectory, "artifacts", "portal")).FullName;
    }
}
