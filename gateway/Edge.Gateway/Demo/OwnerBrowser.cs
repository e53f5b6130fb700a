using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace Edge.Gateway.Demo;

/// <summary>The owner's browser, played: pages are asked for and forms are sent as a person would, over a real connection.</summary>
internal sealed partial class OwnerBrowser : IDisposable
{
    private readonly HttpClient _http;

    /// <summary>A browser that trusts the gateway's CA and nobody else.</summary>
    public OwnerBrowser(string portal, string? authorityFile)
    {
        var handler = new SocketsHttpHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = true };
        if (authorityFile is not null) handler.SslOptions.CertificateChainPolicy = Trusting(authorityFile);
        _http = new HttpClient(handler) { BaseAddress = new Uri(portal) };
    }

    /// <summary>The text of a page.</summary>
    public Task<string> GetAsync(string path, CancellationToken cancel) => _http.GetStringAsync(path, cancel);

    /// <summary>Fills in the form of a page that holds <paramref name="mark"/> and sends it; the text of the page that answers.</summary>
    public async Task<string> SubmitAsync(string path, string mark, IEnumerable<(string Name, string Value)> fields, CancellationToken cancel)
    {
        var page = await GetAsync(path, cancel);
        var form = HtmlForm.Find(page, mark) ?? throw new StepFailedException($"the portal's page {path} has no form for this: {Text(page)}");
        using var content = new FormUrlEncodedContent(form.Hidden.Concat(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))));
        using var answer = await _http.PostAsync(form.Action.Length > 0 ? form.Action : path, content, cancel);
        var text = await answer.Content.ReadAsStringAsync(cancel);
        return answer.IsSuccessStatusCode ? text : throw new StepFailedException($"the portal answered {(int)answer.StatusCode}: {Text(text)}");
    }

    /// <summary>What a person reads on a page, in one line.</summary>
    public static string Text(string page)
    {
        var main = page.IndexOf("<main", StringComparison.Ordinal) is >= 0 and var at ? page[at..] : page;
        return Space().Replace(WebUtility.HtmlDecode(Tag().Replace(main, " ")), " ").Trim();
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static X509ChainPolicy Trusting(string authorityFile) => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        CustomTrustStore = { X509Certificate2.CreateFromPem(File.ReadAllText(authorityFile)) },
    };

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex("\\s+")]
    private static partial Regex Space();
}
