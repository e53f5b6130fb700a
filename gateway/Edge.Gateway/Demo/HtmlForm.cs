using System.Net;
using System.Text.RegularExpressions;

namespace Edge.Gateway.Demo;

/// <summary>A form as a browser sees it: where it goes, and what it sends without the person's doing.</summary>
internal sealed partial record HtmlForm(string Action, IReadOnlyList<KeyValuePair<string, string>> Hidden)
{
    /// <summary>The first form of a page that holds <paramref name="mark"/>; null where there is none.</summary>
    public static HtmlForm? Find(string page, string mark) =>
        Form().Matches(page).Select(m => m.Value).FirstOrDefault(f => f.Contains(mark, StringComparison.Ordinal)) is { } form
            ? new(Attribute(OpeningTag().Match(form).Value, "action") ?? "",
                [.. Input().Matches(form).Select(m => m.Value).Where(i => Attribute(i, "type") == "hidden" && Attribute(i, "name") is not null)
                    .Select(i => KeyValuePair.Create(Attribute(i, "name")!, Attribute(i, "value") ?? ""))])
            : null;

    private static string? Attribute(string tag, string name)
    {
        var match = Regex.Match(tag, $"\\b{name}=\"([^\"]*)\"", RegexOptions.None, TimeSpan.FromSeconds(1));
        return match.Success ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;
    }

    [GeneratedRegex("<form\\b.*?</form>", RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex("^<form\\b[^>]*>")]
    private static partial Regex OpeningTag();

    [GeneratedRegex("<input\\b[^>]*>")]
    private static partial Regex Input();
}
