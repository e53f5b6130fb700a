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

    private const string Methods = "POST, OPTIONS";

    public async Task HandleAsync(HttpContext http)
    {
        var (policy, remote) = (XmppWeb.PolicyOf(http), XmppWeb.RemoteOf(http));
        Protect(http.Response.Headers);
        if (Refusal(http, policy, remote) is var (status, reason))
        {
            if (status == StatusCodes.Status403Forbidden) server.Gate.Refused(remote, $"403 for BOSH on {policy.Name}. {reason}");
            await XmppWeb.RefuseAsync(http, status, reason, Methods).ConfigureAwait(false);
            return;
        }

        WebOrigin.Answer(http, Options.AllowedOrigins, Methods);
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
            var asking = await ReadAsync(http).ConfigureAwait(false) is { } request
                ? AskAsync(http, request, policy, remote)
                : Task.FromResult(BoshAnswer.Terminal(BoshNames.PolicyViolation));
            var answer = await asking.WaitAsync(http.RequestAborted).ConfigureAwait(false);
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

    private Task<BoshAnswer> AskAsync(HttpContext http, Request request, XmppListenerPolicy policy, EndPoint? remote)
    {
        if (request.Body is not { } body) return Task.FromResult(BoshAnswer.Terminal(BoshNames.BadRequest));
        if (request.Session is { } session)
        {
            if (request.IsTooLong) body.Refuse(ByteAllowance.UsedUp(host.Options));
            else if (!session.HasEnded) body.ReadPayloads(session.IsTrusted ? host.Streams.Limits : host.Streams.FirstLimits, Options.MaxBodyElements);
            return session.AskAsync(body);
        }

        if (body.Sid is not null) return Task.FromResult(BoshAnswer.Terminal(BoshNames.ItemNotFound));
        if (string.IsNullOrEmpty(body["to"])) return Task.FromResult(BoshAnswer.Terminal(BoshNames.ImproperAddressing));
        if (request.IsTooLong) return Task.FromResult(BoshAnswer.Terminal(BoshNames.PolicyViolation));
        return sessions.BeginAsync(body, remote, policy, XmppWeb.IsSecure(http) ? TlsFacts.Unbound(http.Connection.ClientCertificate) : null);
    }

    /// <summary>Reads a request, and finds its session. Of a client that has not signed in no more is read than it may send.</summary>
    /// <returns>Null where it is longer than anybody's may be.</returns>
    private async Task<Request?> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentLength > Options.MaxBodyBytes) return null;

        var (bytes, isWhole) = await ReadAsync(http, Math.Min(host.Options.MaxUnauthenticatedBytes, Options.MaxBodyBytes)).ConfigureAwait(false);
        var body = BoshBody.Parse(bytes, host.Streams.Limits);
        var session = body?.Sid is { } sid ? sessions.Find(sid) : null;
        if (isWhole || session?.IsTrusted != true) return new(body, session, !isWhole);

        (bytes, isWhole) = await ReadAsync(http, Options.MaxBodyBytes).ConfigureAwait(false);
        return isWhole ? new(BoshBody.Parse(bytes, host.Streams.Limits), session, false) : null;
    }

    /// <summary>The request's bytes; where there are more than <paramref name="most"/>, the first of them.</summary>
    private static async Task<(byte[] Bytes, bool IsWhole)> ReadAsync(HttpContext http, int most)
    {
        var input = http.Request.BodyReader;
        while (true)
        {
            var read = await input.ReadAsync(http.RequestAborted).ConfigureAwait(false);
            var buffer = read.Buffer;
            var isWhole = buffer.Length <= most;
            var bytes = !isWhole || read.IsCompleted ? buffer.Slice(0, Math.Min(buffer.Length, most)).ToArray() : null;
            input.AdvanceTo(buffer.Start, buffer.End); // what is there is looked at again, should more of it be wanted
            if (bytes is not null) return (bytes, isWhole);
        }
    }

    /// <summary>What was asked, of which session; <paramref name="IsTooLong"/> for a client that has not signed in.</summary>
    private sealed record Request(BoshBody? Body, BoshSession? Session, bool IsTooLong);
}
