using System.Globalization;
using System.Xml.Linq;

using Edge.Things;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Client;

/// <summary>What came of signing in.</summary>
/// <param name="Address">The full address; null where a stream goes on, and with it its address.</param>
/// <param name="Again">What has to be sent again.</param>
internal sealed record LoginResult(Jid? Address, IReadOnlyList<XElement> Again);

/// <summary>Takes a client from the first byte to its address: TLS, SCRAM, binding; or back into a stream that was cut (XEP-0198).</summary>
internal sealed class ClientLogin(ClientConnection connection, XmppClientOptions options)
{
    private static readonly XNamespace Management = ResumableStream.Namespace;

    /// <summary>Signs in without stream management.</summary>
    public async Task<Jid> RunAsync(CancellationToken cancel)
    {
        await AuthenticateAsync(cancel).ConfigureAwait(false);
        return await BindAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Signs in, and goes on with the stream where the server still has it.</summary>
    public async Task<LoginResult> RunAsync(ResumableStream stream, CancellationToken cancel)
    {
        var features = await AuthenticateAsync(cancel).ConfigureAwait(false);
        var isManaged = features.Element(Management + "sm") is not null;
        if (isManaged && stream.Id is not null && await ResumeAsync(stream, cancel).ConfigureAwait(false) is { } again) return new(null, again);

        // Answers and presence are worth nothing to a new stream; a message is.
        var lost = stream.Forget().Where(s => s.Name.LocalName == "message").ToList();
        var address = await BindAsync(cancel).ConfigureAwait(false);
        if (isManaged) await EnableAsync(stream, cancel).ConfigureAwait(false);
        return new(address, lost);
    }

    private async Task<XElement> AuthenticateAsync(CancellationToken cancel)
    {
        if (options.DirectTls) await connection.UpgradeAsync(options, cancel).ConfigureAwait(false);
        var features = await connection.OpenStreamAsync(options.Domain, cancel).ConfigureAwait(false);
        // Where plain connections are allowed, TLS is taken only if the server insists.
        var maySignIn = features.Element(XmppNames.Sasl + "mechanisms") is not null;
        if (!connection.IsEncrypted && (!options.AllowPlain || !maySignIn))
        {
            if (features.Element(XmppNames.Tls + "starttls") is null)
                throw new XmppClientException("policy-violation", "The server offers no TLS, and plain connections are not allowed.");
            features = await StartTlsAsync(cancel).ConfigureAwait(false);
        }

        await new ClientSasl(connection, options).SignInAsync(features, cancel).ConfigureAwait(false);
        return await connection.OpenStreamAsync(options.Domain, cancel).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<XElement>?> ResumeAsync(ResumableStream stream, CancellationToken cancel)
    {
        await connection.WriteAsync(stream.ResumeRequest(), cancel).ConfigureAwait(false);
        var answer = await connection.ReadAsync(cancel).ConfigureAwait(false);
        if (answer.Name == Management + "resumed") return stream.Resume(ResumableStream.CountOf(answer));

        // XEP-0198 §5: it may say how far it had come. What it has taken is not sent again.
        if (uint.TryParse((string?)answer.Attribute("h"), NumberStyles.None, CultureInfo.InvariantCulture, out var count)) stream.TryAcknowledge(count);
        return null;
    }

    private async Task EnableAsync(ResumableStream stream, CancellationToken cancel)
    {
        await connection.WriteAsync(new XElement(Management + "enable", new XAttribute("resume", "true")), cancel).ConfigureAwait(false);
        var answer = await connection.ReadAsync(cancel).ConfigureAwait(false);
        if (answer.Name != Management + "enabled") return;

        stream.Begin(answer.Attribute("resume")?.Value is "true" or "1" ? answer.Attribute("id")?.Value : null);
    }

    private async Task<XElement> StartTlsAsync(CancellationToken cancel)
    {
        await connection.WriteAsync(new XElement(XmppNames.Tls + "starttls"), cancel).ConfigureAwait(false);
        var answer = await connection.ReadAsync(cancel).ConfigureAwait(false);
        if (answer.Name != XmppNames.Tls + "proceed") throw new XmppClientException("tls-failure", "The server refused TLS.");

        await connection.UpgradeAsync(options, cancel).ConfigureAwait(false);
        return await connection.OpenStreamAsync(options.Domain, cancel).ConfigureAwait(false);
    }

    private async Task<Jid> BindAsync(CancellationToken cancel)
    {
        var bind = new XElement(XmppNames.Bind + "bind");
        if (options.Resource is not null) bind.Add(new XElement(XmppNames.Bind + "resource", options.Resource));
        await connection.WriteAsync(
            new XElement(XmppNames.Client + "iq", new XAttribute("type", "set"), new XAttribute("id", "bind"), bind), cancel).ConfigureAwait(false);
        var answer = await connection.ReadAsync(cancel).ConfigureAwait(false);
        var text = answer.Element(XmppNames.Bind + "bind")?.Element(XmppNames.Bind + "jid")?.Value;
        return Jid.TryParse(text, out var jid) ? jid
            : throw new XmppClientException(Routing.Replies.ReadError(answer).Condition, "The server gave no address: " + Routing.Replies.ReadError(answer).Text);
    }
}
