using System.Net;
using System.Text.RegularExpressions;

namespace Edge.Tests.Portal.Kit;

/// <summary>A browser without scripts: keeps cookies, follows no redirect by itself, fills in the forms it was given.</summary>
internal sealed class Browser : IDisposable
{
    private readonly HttpClient _http;
    private readonly Uri _address;
    private readonly CookieContainer _cookies = new();

    public Browser(Uri address)
    {
        _address = address;
        _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = _cookies }) { BaseAddress = address };
    }

    public HttpClient Http => _http;

    /// <summary>Another browser with the same cookies, as a thief's would have.</summary>
    public Browser Copy(Uri? address = null)
    {
        var copy = new Browser(address ?? _address);
        copy._cookies.Add(_cookies.GetAllCookies());
        return copy;
    }

    public async Task<WebAnswer> GetAsync(string path)
    {
        using var response = await _http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        return await WebAnswer.ReadAsync(response);
    }

    /// <summary>Posts fields without having looked at a page.</summary>
    public async Task<WebAnswer> PostAsync(string path, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        using var response = await _http.PostAsync(path, content);
        return await WebAnswer.ReadAsync(response);
    }

    /// <summary>Opens a page, fills in the form with this name or action, and sends it. A field given here replaces what the page preset under its name.</summary>
    public async Task<WebAnswer> SubmitAsync(string page, string form, params (string Name, string Value)[] fields)
    {
        var found = (await GetAsync(page)).Form(form);
        var names = fields.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        return await PostAsync(found.Action ?? page, [.. found.Fields.Where(f => !names.Contains(f.Name)), .. fields.Where(f => f.Value.Length > 0)]);
    }

    /// <summary>Follows the redirect of an answer.</summary>
    public async Task<WebAnswer> FollowAsync(WebAnswer answer)
    {
        Assert.NotNull(answer.Location);
        return await GetAsync(answer.Location);
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>What came back.</summary>
internal sealed partial record WebAnswer(HttpStatusCode Status, string? Location, string Html, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The text as a person reads it: without tags, white space as one space.</summary>
    public string Text => Space().Replace(WebUtility.HtmlDecode(Tags().Replace(Html, " ")), " ").Replace(" .", ".", StringComparison.Ordinal);

    public static async Task<WebAnswer> ReadAsync(HttpResponseMessage response)
    {
        var headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(h => h.Key, h => string.Join("\n", h.Value), StringComparer.OrdinalIgnoreCase);
        var location = response.Headers.Location is { } uri ? (uri.IsAbsoluteUri ? uri.PathAndQuery : uri.OriginalString) : null;
        return new(response.StatusCode, location, await response.Content.ReadAsStringAsync(), headers);
    }

    /// <summary>The form of this page whose handler or action is <paramref name="name"/>.</summary>
    public (string? Action, IReadOnlyList<(string Name, string Value)> Fields) Form(string name)
    {
        foreach (Match form in Forms().Matches(Html))
        {
            var fields = Inputs().Matches(form.Groups["body"].Value).Select(m => m.Value)
                .Where(i => Attribute(i, "name") is not null && (Attribute(i, "type") is not ("checkbox" or "radio") || Checked().IsMatch(i)))
                .Select(i => (Attribute(i, "name")!, Attribute(i, "value") ?? "")).ToList();
            var action = Attribute(form.Groups["head"].Value, "action");
            if (action == name || fields.Contains(("_handler", name))) return (action, fields);
        }

        Assert.Fail($"No form '{name}' in: {Text}");
        return default;
    }

    private static string? Attribute(string tag, string name) =>
        Regex.Match(tag, $"\\s{name}=\"([^\"]*)\"") is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;

    [GeneratedRegex("<form(?<head>[^>]*)>(?<body>.*?)</form>", RegexOptions.Singleline)]
    private static partial Regex Forms();

    [GeneratedRegex("<input[^>]*>", RegexOptions.Singleline)]
    private static partial Regex Inputs();

    [GeneratedRegex("\\schecked")]
    private static partial Regex Checked();

    [GeneratedRegex("<(script|style|svg)[^>]*>.*?</\\1>|<[^>]*>", RegexOptions.Singleline)]
    private static partial Regex Tags();

    [GeneratedRegex("\\s+")]
    private static partial Regex Space();
}
