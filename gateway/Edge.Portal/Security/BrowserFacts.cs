using Microsoft.AspNetCore.Http;

namespace Edge.Portal.Security;

/// <summary>By what a person tells his browsers apart in a list: what it calls itself, and where it is.</summary>
internal readonly record struct BrowserFacts(string Name, string Address)
{
    private static readonly string[] Browsers = ["Edg", "OPR", "Firefox", "Chrome", "Safari"]; // in the order in which they pretend to be each other
    private static readonly string[] Systems = ["Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux"];

    public static BrowserFacts Of(HttpContext http)
    {
        var agent = http.Request.Headers.UserAgent.ToString();
        var browser = Array.Find(Browsers, b => agent.Contains(b, StringComparison.Ordinal)) switch
        {
            null => "browser",
            "Edg" => "Edge browser",
            "OPR" => "Opera",
            var name => name,
        };
        var system = Array.Find(Systems, s => agent.Contains(s, StringComparison.Ordinal));
        return new(system is null ? browser : $"{browser} on {system}", http.Connection.RemoteIpAddress?.ToString() ?? "");
    }
}
