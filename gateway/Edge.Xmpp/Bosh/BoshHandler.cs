using System.Buffers;
using System.IO.Pipelines;
using System.Net;

using Edge.Transport;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Sessions;
using Edge.Xmpp.Web;
using Edge.Xmpp.Wire;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Bosh;

/// <summary>Serves XMPP over HTTP (XEP-0124 §6): the requests around the sessions.</summary>
[Xep(206, "1.4", Note = "Streams are restarted, but xmpp:restartlogic does not say so: existing IoT clients fail on a prefix in the first answer")]
internal sealed class BoshHandler(BoshTable sessions, XmppServer server, SessionHost host, IOptions<BoshOptions> options)
{
    private BoshOptions Options => options.Value;

    public async Task HandleAsync(HttpContext http)
    {
        var (policy, remote) = (XmppWeb.PolicyOf(http), XmppWeb.RemoteOf(http));
        Protect(http.Response.Headers);
        if (Refusal(http, policy, remote) is var (status, reason))
        {
            if (status == StatusCodes.Status403Forbidden) server.Gate.Refused(remote, $"403 for BOSH on {policy.Name}. {reason}");
            await XmppWeb.RefuseAsync(http, status, reason).ConfigureAwait(false);
            return;
        }

        WebOrigin.Answer(http, Options.AllowedOrigins, "POST, OPTIONS");
        if (HttpMethods.IsOptions(http.Request.Method))
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        await AnswerAsync(http, policy, remote).ConfigureAwait(false);
    }

    // A page that posts a form here must not get an answer that its browser shows as a page of ours.
    private static void Protect(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
    }

    private (int Status, string Reason)? Refusal(HttpContext http, XmppListenerPolicy policy, EndPoint? remote)
    {
        if (!Options.Enabled) return (StatusCodes.Status404NotFound, "XMPP over HTTP is switched off here (xmpp:bosh:enabled).");
        if (!HttpMethods.IsPost(http.Request.Method) && !HttpMethods.IsOptions(http.Request.Method))
            return (StatusCodes.Status405MethodNotAllowed, "This is XMPP over HTTP (BOSH): connect with an XMPP client.");
        if (XmppWeb.ClearTextRefusal(http, policy, remote) is { } clear) return (StatusCodes.Status403Forbidden, clear);
        if (!OriginCheck.Allows(http.Request, Options.AllowedOrigins))
            return (StatusCodes.Status403Forbidden, $"Pages of {http.Request.Headers.Origin} may not connect: add it to xmpp:bosh:allowedOrigins.");
        return null;
    }

    private async Task AnswerAsync(HttpContext http, XmppListenerPolicy policy, EndPoint? remote)
    {
        try
        {
            var bytes = await ReadAsync(http).ConfigureAwait(false);
            var answer = bytes is null
                ? BoshAnswer.Terminal(BoshNames.PolicyViolation)
                : await AskAsync(http, bytes, policy, remote).WaitAsync(http.RequestAborted).ConfigureAwait(false);
            http.Response.StatusCode = answer.Status;
            http.Response.ContentType = answer.ContentType;
            http.Response.ContentLength = answer.Bytes.Length; // no chunks: proxies may keep them (§6)
            await http.Response.Body.WriteAsync(answer.Bytes, http.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or BadHttpRequestException)
        {
            // The connection is gone; the client may ask again for what it has missed.
        }
    }

    private Task<BoshAnswer> AskAsync(HttpContext http, byte[] bytes, XmppListenerPolicy policy, EndPoint? remote)
    {
        var limits = host.Streams.Limits;
        if (BoshBody.Parse(bytes, limits) is not { } body) return Task.FromResult(BoshAnswer.Terminal(BoshNames.BadRequest));
        if (body.Sid is { } sid) return sessions.Find(sid)?.AskAsync(body) ?? Task.FromResult(BoshAnswer.Terminal(BoshNames.ItemNotFound));
        if (string.IsNullOrEmpty(body["to"])) return Task.FromResult(BoshAnswer.Terminal(BoshNames.ImproperAddressing));
        return sessions.BeginAsync(body, remote, policy, XmppWeb.IsSecure(http) ? TlsFacts.Unbound(http.Connection.ClientCertificate) : null);
    }

    /// <summary>The request's body; null where it is too long.</summary>
    private async Task<byte[]?> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentLength > Options.MaxBodyBytes) return null;

        var input = http.Request.BodyReader;
        while (true)
        {
            var read = await input.ReadAsync(http.RequestAborted).ConfigureAwait(false);
            if (read.Buffer.Length > Options.MaxBodyBytes) return null;
            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                input.AdvanceTo(read.Buffer.End);
                return bytes;
            }

            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
