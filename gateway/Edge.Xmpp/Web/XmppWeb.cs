using System.Net;

using Edge.Xmpp.Bosh;
using Edge.Xmpp.HostMeta;
using Edge.Xmpp.Sessions;
using Edge.Xmpp.WebSockets;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Edge.Xmpp.Web;

/// <summary>Puts the XMPP server behind a web application's listeners.</summary>
public static class XmppWeb
{
    /// <summary>Where XMPP over WebSocket is (RFC 7395): the path that it has nearly everywhere.</summary>
    public const string WebSocketPath = "/xmpp-websocket";

    /// <summary>Where XMPP over HTTP is (XEP-0206), likewise.</summary>
    public const string BoshPath = "/http-bind";

    /// <summary>Serves XMPP over WebSocket and HTTP, and says where these are. First in the pipeline: nothing that pages need concerns it.</summary>
    public static IApplicationBuilder UseXmppWeb(this IApplicationBuilder app)
    {
        var sockets = app.ApplicationServices.GetRequiredService<XmppWebSocketHandler>();
        var bosh = app.ApplicationServices.GetRequiredService<BoshHandler>();
        var hostMeta = app.ApplicationServices.GetRequiredService<HostMetaHandler>();
        return app
            .MapWhen(static http => http.Request.Path == WebSocketPath, branch => branch.UseWebSockets().Run(sockets.HandleAsync))
            .MapWhen(static http => http.Request.Path == BoshPath, branch => branch.Run(bosh.HandleAsync))
            .MapWhen(
                static http => http.Request.Path == HostMetaHandler.Path || http.Request.Path == HostMetaHandler.JsonPath,
                branch => branch.Run(hostMeta.HandleAsync));
    }

    /// <summary>Says what this listener allows to XMPP clients that come over HTTP.</summary>
    public static IConnectionBuilder UseXmppPolicy(this IConnectionBuilder listen, XmppListenerPolicy policy) => listen.Use(next => connection =>
    {
        connection.Features.Set(policy);
        return next(connection);
    });

    internal static XmppListenerPolicy PolicyOf(HttpContext http) =>
        http.Features.Get<XmppListenerPolicy>() ?? new() { Name = http.Request.IsHttps ? "https" : "http" };

    internal static IPEndPoint? RemoteOf(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address ? new(address, http.Connection.RemotePort) : null;

    /// <summary>TLS of the connection that the request came on.</summary>
    internal static TlsFacts? TlsOf(HttpContext http) =>
        http.Features.Get<ISslStreamFeature>() is { } below ? TlsFacts.Of(below.SslStream) : IsSecure(http) ? TlsFacts.Unbound() : null;

    internal static bool IsSecure(HttpContext http) => http.Request.IsHttps;

    /// <summary>Why the request may not come without TLS; null where it may.</summary>
    internal static string? ClearTextRefusal(HttpContext http, XmppListenerPolicy policy, EndPoint? remote) =>
        IsSecure(http) || policy.AllowsPlainFor(remote) ? null : "Passwords could be read on the way: connect over https, or from this machine.";

    /// <summary>Refuses a request.</summary>
    /// <param name="http">The request.</param>
    /// <param name="status">The status of the answer.</param>
    /// <param name="reason">Why, for people.</param>
    /// <param name="methods">What may be asked here, for the header that a 405 has (RFC 9110 §15.5.6).</param>
    internal static Task RefuseAsync(HttpContext http, int status, string reason, string? methods = null)
    {
        http.Response.StatusCode = status;
        if (status == StatusCodes.Status405MethodNotAllowed) http.Response.Headers.Allow = methods;
        return http.Response.WriteAsync(reason + "\n", http.RequestAborted);
    }
}
