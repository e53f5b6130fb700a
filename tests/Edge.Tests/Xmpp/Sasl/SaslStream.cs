using System.Net;
using System.Text;

using Edge.Identity.Sasl;
using Edge.Identity.Tokens;
using Edge.Xmpp;

namespace Edge.Tests.Xmpp.Sasl;

/// <summary>A raw stream on which a test signs in by hand.</summary>
internal static class SaslStream
{
    private const string Namespace = "urn:ietf:params:xml:ns:xmpp-sasl";

    public static readonly IPEndPoint Here = new(IPAddress.Loopback, 4000);

    public static async Task<(RawClient Raw, string Features)> OpenAsync(this XmppHost host, XmppListenerPolicy? policy = null, EndPoint? remote = null)
    {
        var raw = host.OpenRaw(policy, remote);
        await raw.SendAsync(RawClient.Header);
        return (raw, await raw.ReadUntilAsync("</stream:features>"));
    }

    /// <summary>One exchange with a password; what the server said last: success or failure.</summary>
    public static async Task<string> SignInByScramAsync(this RawClient raw, string user, string password, ScramMechanism? mechanism = null)
    {
        mechanism ??= ScramMechanism.Sha256;
        var scram = new ScramClient(mechanism, user, password);
        await raw.SendAuthAsync(mechanism.Name, scram.First);
        var answer = await raw.ReadSaslAsync();
        if (answer.Contains("<failure", StringComparison.Ordinal)) return answer;

        await raw.SendAsync($"<response xmlns='{Namespace}'>{Base64(scram.Answer(Words(answer))!)}</response>");
        var last = await raw.ReadSaslAsync();
        if (last.Contains("<success", StringComparison.Ordinal)) Assert.True(scram.IsProven(Words(last)));
        return last;
    }

    public static Task SendAuthAsync(this RawClient raw, string mechanism, string words) =>
        raw.SendAsync($"<auth xmlns='{Namespace}' mechanism='{mechanism}'>{(words.Length == 0 ? "=" : Base64(words))}</auth>");

    public static Task SendResponseAsync(this RawClient raw, string words) => raw.SendAsync($"<response xmlns='{Namespace}'>{Base64(words)}</response>");

    /// <summary>The next element of SASL.</summary>
    public static async Task<string> ReadSaslAsync(this RawClient raw)
    {
        var text = await raw.ReadUntilAsync(">");
        return text.EndsWith("/>", StringComparison.Ordinal) ? text : text + await raw.ReadUntilAsync($"</{text.TrimStart('<').Split(' ', '>')[0]}>");
    }

    /// <summary>What the server said, without its base64.</summary>
    public static string Words(string element) => Encoding.UTF8.GetString(Convert.FromBase64String(element.Split('>')[^2].Split('<')[0]));

    /// <summary>As above by a token of juliet's, over TLS; the host's signing key has been loaded, and the stream is open again.</summary>
    public static async Task<RawClient> SignInByTokenAsync(this XmppHost host, string client, TimeSpan? lifetime = null)
    {
        var token = host.Get<ITokenService>().Issue("juliet@edge.local", client, [new(TopicAccess.ReadWrite, "$xmpp")], lifetime);
        var (raw, _) = await host.OpenTlsRawAsync();
        await OpenAgainAsync(raw);
        await raw.SendAuthAsync("OAUTHBEARER", $"n,,\u0001auth=Bearer {token.Value}\u0001\u0001");
        Assert.Contains("<success", await raw.ReadSaslAsync(), StringComparison.Ordinal);
        await OpenAgainAsync(raw);
        return raw;
    }

    private static async Task OpenAgainAsync(RawClient raw)
    {
        await raw.SendAsync(RawClient.Header);
        await raw.ReadUntilAsync("</stream:features>");
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
