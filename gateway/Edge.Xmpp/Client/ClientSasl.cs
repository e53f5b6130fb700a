using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using System.Xml.Linq;

using Edge.Identity.Sasl;
using Edge.Transport.Tls;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Client;

/// <summary>Signs a client in by SCRAM, bound to its TLS where the server can do that, too: then nobody in between can pass the log-in on.</summary>
internal sealed class ClientSasl(ClientConnection connection, XmppClientOptions options)
{
    private const string Plus = "-PLUS";

    private static readonly XNamespace Bindings = "urn:xmpp:sasl-cb:0";

    /// <summary>Signs in by the strongest mechanism of those that <paramref name="features"/> offer.</summary>
    /// <exception cref="XmppClientException">The server refused, or is not the one that knows the password.</exception>
    public async Task SignInAsync(XElement features, CancellationToken cancel)
    {
        var (mechanism, scram) = Choose(features);
        var auth = new XElement(XmppNames.Sasl + "auth", new XAttribute("mechanism", mechanism), Encode(scram.First));
        var answer = scram.Answer(await AskAsync(auth, "challenge", cancel).ConfigureAwait(false))
            ?? throw new XmppClientException("malformed-request", "The server's SCRAM challenge is not one.");
        var success = await AskAsync(new XElement(XmppNames.Sasl + "response", Encode(answer)), "success", cancel).ConfigureAwait(false);
        if (!scram.IsProven(success)) throw new XmppClientException("not-authorized", "The server does not know the password: it is an impostor.");
    }

    private (string Name, ScramClient Scram) Choose(XElement features)
    {
        string[] offered = [.. features.Elements(XmppNames.Sasl + "mechanisms").Elements().Select(m => m.Value)];
        var isPlusOffered = offered.Any(m => m.EndsWith(Plus, StringComparison.Ordinal));
        if (connection.Tls is { } tls && isPlusOffered && Find(mechanism => mechanism.Name + Plus) is { } bound && FindBinding(tls, features) is { } binding)
            return (bound.Name + Plus, new(bound, options.User, options.Password, $"p={binding.Type},,", binding.Data));

        // RFC 5802 §6: a client that could bind says so where nothing of the kind was offered. If the server did offer it, somebody took it away, and it ends this.
        var header = connection.Tls is not null && !isPlusOffered ? "y,," : "n,,";
        var mechanism = Find(m => m.Name) ?? throw new XmppClientException("invalid-mechanism", "The server offers no SCRAM that this client speaks.");
        return (mechanism.Name, new(mechanism, options.User, options.Password, header, []));

        ScramMechanism? Find(Func<ScramMechanism, string> name) =>
            ScramMechanism.All.FirstOrDefault(m => options.Mechanism is null ? offered.Contains(name(m)) : name(m) == options.Mechanism);
    }

    /// <summary>By what to bind: what the server names (XEP-0440), else what RFC 5802 §6.1 takes for granted, which TLS 1.3 does not have.</summary>
    private static (string Type, byte[] Data)? FindBinding(SslStream tls, XElement features)
    {
        string[] known = tls.SslProtocol == SslProtocols.Tls13 ? [.. ChannelBinding.Types] : [.. ChannelBinding.Types, ChannelBinding.Unique];
        var named = features.Element(Bindings + "sasl-channel-binding")?.Elements(Bindings + "channel-binding").Select(b => (string?)b.Attribute("type")).ToList();
        foreach (var type in known.Where(t => named is null ? t == ChannelBinding.Unique : named.Contains(t)))
        {
            if (ChannelBinding.Of(tls, type) is { } data) return (type, data);
        }

        return null;
    }

    private async Task<string> AskAsync(XElement element, string expected, CancellationToken cancel)
    {
        await connection.WriteAsync(element, cancel).ConfigureAwait(false);
        var answer = await connection.ReadAsync(cancel).ConfigureAwait(false);
        if (answer.Name == XmppNames.Sasl + expected) return Encoding.UTF8.GetString(Convert.FromBase64String(answer.Value));

        var condition = answer.Elements().FirstOrDefault()?.Name.LocalName ?? "not-authorized";
        throw new XmppClientException(condition, $"The server refused the log-in: {condition}.");
    }

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
