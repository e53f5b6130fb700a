using Microsoft.AspNetCore.Http;

namespace Edge.Portal.Security;

/// <summary>How the portal's cookies are set: out of reach of scripts and of other sites, and over TLS only where the page came so.</summary>
internal static class PortalCookies
{
    public static CookieOptions Options(HttpContext http, TimeSpan? maxAge) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        MaxAge = maxAge,
        Path = "/",
        SameSite = SameSiteMode.Lax,
        Secure = http.Request.IsHttps,
    };
}
