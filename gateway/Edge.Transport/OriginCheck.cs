using Microsoft.AspNetCore.Http;

namespace Edge.Transport;

/// <summary>
/// May this page connect? Browsers let every page open a WebSocket to everywhere and tell which page it is; without a check, any page that an owner looks at
/// could speak to a server that only his network can reach (RFC 6455 §10.2).
/// </summary>
public static class OriginCheck
{
    /// <summary>True for what <see cref="Allows"/> takes in its list: an origin, or <c>*</c>.</summary>
    public static bool IsOrigin(string text) => text == "*"
        || (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.GetLeftPart(UriPartial.Authority) == text.TrimEnd('/'));

    /// <summary>Says what is wrong with such a list, with its key <c>allowedOrigins</c> below <paramref name="section"/> and the remedy.</summary>
    public static IEnumerable<string> Errors(string section, IEnumerable<string> allowed) => allowed.Where(o => !IsOrigin(o))
        .Select(o => $"{section}:allowedOrigins has '{o}': give scheme, host and port only, such as https://panel.example, or *.");

    /// <summary>True where the request tells no origin, its own host, or one that is allowed.</summary>
    public static bool Allows(HttpRequest request, IEnumerable<string> allowed)
    {
        var origin = request.Headers.Origin;
        if (origin.Count == 0) return true;
        if (origin.Count > 1 || !Uri.TryCreate(origin[0], UriKind.Absolute, out var page)) return allowed.Contains("*");

        var isOwn = request.Host.HasValue && page.Scheme == request.Scheme && Uri.TryCreate($"{request.Scheme}://{request.Host}", UriKind.Absolute, out var own)
            && own.Port == page.Port && own.IdnHost.Equals(page.IdnHost, StringComparison.OrdinalIgnoreCase);
        return isOwn || allowed.Any(a => a == "*" || a.TrimEnd('/').Equals(page.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase));
    }
}
