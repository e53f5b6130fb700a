using Edge.Identity.Accounts;
using Edge.Things;
using Edge.Things.Nodes;

namespace Edge.Gateway.Demo;

/// <summary>Stickers are printed, the owner signs in with his code, and claims what is his.</summary>
internal sealed class ClaimChapter(DemoWorld world, Reporter reporter, Terminal terminal, DemoOptions demo)
{
    private const int Seconds = 15;

    private static readonly TimeSpan CodeLifetime = TimeSpan.FromHours(12);

    /// <summary>The code that lets the owner in; empty before <see cref="StickersAsync"/>.</summary>
    public string Code { get; private set; } = "";

    /// <summary>Prints stickers of what has no owner yet, and the owner's link.</summary>
    public async Task<bool> StickersAsync(CancellationToken cancel)
    {
        if (!await reporter.StepAsync("sticker", "Stickers are ready", () => PrintAsync(cancel))) return false;

        Code = await world.Get<IOneTimeCodes>().IssueAsync(DemoSecrets.Owner, CodeLifetime, cancel);
        terminal.Say($"The owner's way in: [link]{world.Portal}/sign-in?code={Code}[/]  (one-time code [bold]{Code}[/])");
        return true;
    }

    /// <summary>The owner's browser signs in with the code; null where that failed.</summary>
    public async Task<OwnerBrowser?> SignInAsync(CancellationToken cancel)
    {
        var browser = new OwnerBrowser(world.Portal, demo.Lan ? world.AuthorityFile : null);
        var held = await reporter.StepAsync("sign-in", "The owner signs in with the one-time code", async () =>
        {
            var page = await browser.SubmitAsync("/sign-in", "Code.Code", [("Code.Code", Code)], cancel);
            return page.Contains("Sign out", StringComparison.OrdinalIgnoreCase) ? world.People.Owner.ToString() : throw new StepFailedException(OwnerBrowser.Text(page));
        });
        if (held) return browser;

        browser.Dispose();
        return null;
    }

    /// <summary>The owner claims node and meter in the portal.</summary>
    public async Task<bool> ClaimAsync(OwnerBrowser owner, CancellationToken cancel) =>
        await reporter.StepAsync("claim-node", "The owner claims the node", () => ClaimAsync(owner, world.NodeReference, cancel))
        && await reporter.StepAsync("claim-meter", "The owner claims the meter", () => ClaimAsync(owner, world.MeterReference, cancel));

    /// <summary>The claims of what has no owner yet.</summary>
    public IReadOnlyList<string> Claims() =>
        [.. new[] { world.NodeReference, world.MeterReference }.Select(world.Get<INodeClaims>().ClaimUri).OfType<string>()];

    private async Task<string> ClaimAsync(OwnerBrowser owner, NodeReference node, CancellationToken cancel)
    {
        if (world.OwnerOf(node) is { } known) return $"{node} belongs to {known} already";

        var uri = world.Get<INodeClaims>().ClaimUri(node) ?? throw new StepFailedException($"{node} has no claim");
        var page = await owner.SubmitAsync("/claim?uri=" + Uri.EscapeDataString(uri), "Claim.Uri", [], cancel);
        return world.OwnerOf(node) is { } now ? $"{node} belongs to {now}" : throw new StepFailedException(OwnerBrowser.Text(page));
    }

    private async Task<string> PrintAsync(CancellationToken cancel)
    {
        List<string> files = [];
        foreach (var reference in new[] { world.NodeReference, world.MeterReference })
        {
            if (world.OwnerOf(reference) is not null) continue;

            var claim = await Waiting.UntilAsync(() => ValueTask.FromResult(world.Get<INodeClaims>().ClaimUri(reference)), $"a claim for {reference}", Seconds, cancel);
            files.Add(await PrintAsync(world.Get<IConcentrator>().Find(reference)!.Name, claim, cancel));
        }

        return files.Count > 0 ? string.Join(", ", files) : "everything has an owner already";
    }

    private async Task<string> PrintAsync(string name, string claim, CancellationToken cancel)
    {
        var address = $"{world.Portal}/claim?uri={Uri.EscapeDataString(claim)}";
        var file = Path.Combine(demo.DataFolder, $"sticker-{string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-'))}.svg");
        await File.WriteAllTextAsync(file, QrCodes.Sticker(name, claim, address), cancel);
        terminal.Print($"\nSticker of {name}, for programs ({claim}):\n{QrCodes.ForTerminal(claim)}");
        terminal.Print($"The same for any phone's camera ({address}):\n{QrCodes.ForTerminal(address)}");
        return file;
    }
}
