using System.Text;
using System.Xml.Linq;

using Edge.Identity.Sasl;
using Edge.Things;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Client;

/// <summary>Takes a client from the first byte to its address: TLS, SCRAM, binding.</summary>
internal sealed class ClientLogin(ClientConnection connection, XmppClientOptions options)
{
    public async Task<Jid> RunAsync(CancellationToken cancel)
    {
        var features = await connection.OpenStreamAsync(options.Domain, cancel).ConfigureAwait(false);
        // Where plain connections are allowed, TLS is taken only if the server insists.
        var maySignIn = features.Element(XmppNames.Sasl + "mechanisms") is not null;
        if (!options.AllowPlain || !maySignIn)
        {
            if (features.Element(XmppNames.Tls + "starttls") is null)
                throw new XmppClientException("policy-violation", "The server offers no TLS, and plain connections are not allowed.");
            features = await StartTlsAsync(cancel).ConfigureAwait(false);
        }

        await SignInAsync(features, cancel).ConfigureAwait(false);
        await connection.OpenStreamAsync(options.Domain, cancel).ConfigureAwait(false);
        return await BindAsync(cancel).ConfigureAwait(false);
    }

    private async Task<XElement> StartTlsAsync(CancellationToken cancel)
    {
        await connection.WriteAsync(new XElement(XmppNames.Tls + "starttls"), cancel).ConfigureAwait(false);
        var answer = await connection.ReadAsync(cancel).ConfigureAwait(false);
        if (answer.Name != XmppNames.Tls + "proceed") throw new XmppClientException("tls-failure", "The server refused TLS.");

        await connection.UpgradeAsync(options.Domain, options.Authority, cancel).ConfigureAwait(false);
        return await connection.OpenStreamAsync(options.Domain, cancel).ConfigureAwait(false);
    }

    private async Task SignInAsync(XElement features, CancellationToken cancel)
    {
        string[] offered = [.. features.Elements(XmppNames.Sasl + "mechanisms").Elements().Select(m => m.Value)];
        var mechanism = ScramMechanism.All.FirstOrDefault(m => options.Mechanism is null ? offered.Contains(m.Name) : m.Name == options.Mechanism)
            ?? throw new XmppClientException("invalid-mechanism", "The server offers no SCRAM that this client speaks.");
        var scram = new ScramClient(mechanism, options.User, options.Password);

        var auth = new XElement(XmppNames.Sasl + "auth", new XAttribute("mechanism", mechanism.Name), Encode(scram.First));
        var answer = scram.Answer(await AskAsync(auth, "challenge", cancel).ConfigureAwait(false))
            ?? throw new XmppClientException("malformed-request", "The server's SCRAM challenge is not one.");
        var success = await AskAsync(new XElement(XmppNames.Sasl + "response", Encode(answer)), "success", cancel).ConfigureAwait(false);
        if (!scram.IsProven(success)) throw new XmppClientException("not-authorized", "The server does not know the password: it is an impostor.");
    }

    private async Task<string> AskAsync(XElement element, string expected, CancellationToken cancel)
    {
        await connection.WriteAsync(element, cancel).ConfigureAwait(false);
        var answer = await connection.ReadAsync(cancel).ConfigureAwait(false);
        if (answer.Name == XmppNames.Sasl + expected) return Encoding.UTF8.GetString(Convert.FromBase64String(answer.Value));

        var condition = answer.Elements().FirstOrDefault()?.Name.LocalName ?? "not-authorized";
        throw new XmppClientException(condition, $"The server refused the log-in: {condition}.");
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

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
