using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

using Edge.Xmpp.Bosh;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Web;
using Edge.Xmpp.WebSockets;
using Edge.Xmpp.Wire;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Edge.Xmpp.HostMeta;

/// <summary>Tells clients which ways there are beside the port of XMPP, in XML and in JSON (XEP-0156 §3): those that are switched on.</summary>
[Xep(156, "1.4.0")]
internal sealed class HostMetaHandler(IOptions<HostMetaOptions> options, IOptions<XmppWebSocketOptions> sockets, IOptions<BoshOptions> bosh)
{
    public const string Path = "/.well-known/host-meta";
    public const string JsonPath = Path + ".json";

    private const string Relation = "urn:xmpp:alt-connections:";

    // Plain text within a string of JSON: nobody puts it into a page.
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task HandleAsync(HttpContext http)
    {
        if (!options.Value.Enabled || !(HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)))
        {
            var (status, reason) = options.Value.Enabled
                ? (StatusCodes.Status405MethodNotAllowed, "This can be read only.")
                : (StatusCodes.Status404NotFound, "This is switched off here (xmpp:hostMeta:enabled).");
            await XmppWeb.RefuseAsync(http, status, reason, "GET, HEAD").ConfigureAwait(false);
            return;
        }

        var links = Links(http.Request).ToList();
        var isJson = http.Request.Path == JsonPath;
        http.Response.ContentType = isJson ? "application/json" : "application/xrd+xml; charset=utf-8";
        http.Response.Headers.AccessControlAllowOrigin = "*"; // for clients in browsers, of whatever page (§3.1)
        http.Response.Headers.XContentTypeOptions = "nosniff";
        var bytes = Encoding.UTF8.GetBytes(isJson ? ToJson(links) : ToXml(links));
        http.Response.ContentLength = bytes.Length;
        if (HttpMethods.IsGet(http.Request.Method)) await http.Response.Body.WriteAsync(bytes, http.RequestAborted).ConfigureAwait(false);
    }

    // XEP-0156 §3: no address in clear text. Who asks over http is told of the ways only where the configuration knows their https address.
    private IEnumerable<(string Rel, string Href)> Links(HttpRequest request)
    {
        if (string.IsNullOrEmpty(options.Value.BaseUri) && !request.IsHttps) yield break;

        var root = string.IsNullOrEmpty(options.Value.BaseUri) ? $"{request.Scheme}://{request.Host}" : options.Value.BaseUri.TrimEnd('/');
        if (sockets.Value.Enabled) yield return (Relation + "websocket", "ws" + root["http".Length..] + XmppWeb.WebSocketPath);
        if (bosh.Value.Enabled) yield return (Relation + "xbosh", root + XmppWeb.BoshPath);
    }

    private static string ToXml(IEnumerable<(string Rel, string Href)> links)
    {
        var text = new StringBuilder("<?xml version='1.0' encoding='utf-8'?>\n<XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'>\n");
        foreach (var (rel, href) in links) text.Append($"  <Link rel='{rel}' href='{XmlText.Escape(href)}'/>\n");
        return text.Append("</XRD>\n").ToString();
    }

    private static string ToJson(IEnumerable<(string Rel, string Href)> links) =>
        JsonSerializer.Serialize(new { links = links.Select(l => new { rel = l.Rel, href = l.Href }) }, Json) + "\n";
}
