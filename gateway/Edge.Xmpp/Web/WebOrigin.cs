using Edge.Transport;

using Microsoft.AspNetCore.Http;

namespace Edge.Xmpp.Web;

/// <summary>Tells browsers which pages may read our answers (CORS): those that may connect.</summary>
internal static class WebOrigin
{
    private const string DayOfSeconds = "86400";

    /// <summary>Adds the headers for the page that asks, where it may.</summary>
    public static void Answer(HttpContext http, IEnumerable<string> allowed, string methods)
    {
        var headers = http.Response.Headers;
        headers.Vary = "Origin";
        if (http.Request.Headers.Origin is not [{ } origin] || !OriginCheck.Allows(http.Request, allowed)) return;

        headers.AccessControlAllowOrigin = origin;
        if (!HttpMethods.IsOptions(http.Request.Method)) return;

        headers.AccessControlAllowMethods = methods;
        headers.AccessControlAllowHeaders = "Content-Type";
        headers.AccessControlMaxAge = DayOfSeconds;
    }
}
