using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;

using Edge.Identity.Sasl;

namespace Edge.Tests.Xmpp.Bosh;

/// <summary>XMPP over HTTP as a test writes it, request by request.</summary>
internal sealed class BoshClient(HttpClient http)
{
    public static readonly XNamespace Bind = "http://jabber.org/protocol/httpbind";
    public static readonly XNamespace Stream = "http://etherx.jabber.org/streams";

    private const string Ns = "xmlns='http://jabber.org/protocol/httpbind'";

    public string Sid { get; private set; } = "";

    /// <summary>Of the next request.</summary>
    public long Rid { get; set; } = 1_573_741_820;

    /// <summary>Begins a session; returns the first answer.</summary>
    public async Task<XElement> BeginAsync(string attributes = "wait='60' hold='1' ver='1.11'", string to = "edge.local")
    {
        var answer = await PostAsync($"<body {attributes} rid='{Rid++}' to='{to}' xml:lang='en' xmpp:version='1.0' {Ns} xmlns:xmpp='urn:xmpp:xbosh'/>");
        Sid = (string?)answer.Attribute("sid") ?? "";
        return answer;
    }

    /// <summary>Sends the next request; the answer may take a while.</summary>
    public Task<XElement> SendAsync(string payload = "", string attributes = "") => RepeatAsync(Rid++, payload, attributes);

    /// <summary>Sends a request under a number of its own.</summary>
    public Task<XElement> RepeatAsync(long rid, string payload = "", string attributes = "") =>
        PostAsync($"<body rid='{rid}' sid='{Sid}' {attributes} {Ns}>{payload}</body>");

    public Task<XElement> RestartAsync(string attributes = "") =>
        PostAsync($"<body rid='{Rid++}' sid='{Sid}' {attributes} to='edge.local' xmpp:restart='true' {Ns} xmlns:xmpp='urn:xmpp:xbosh'/>");

    /// <summary>Begins a session, signs in, binds.</summary>
    public async Task<BoshClient> OnlineAsync(string user)
    {
        await BeginAsync();
        var scram = new ScramClient(ScramMechanism.Sha256, user, TestAccounts.PasswordOf(user));
        var challenge = await SendAsync($"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-256'>{Base64(scram.First)}</auth>");
        var answer = scram.Answer(Encoding.UTF8.GetString(Convert.FromBase64String(challenge.Value)))!;
        Assert.Equal("success", (await SendAsync($"<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>{Base64(answer)}</response>")).Elements().Single().Name.LocalName);
        Assert.NotNull((await RestartAsync()).Element(Stream + "features"));
        var bound = await SendAsync("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
        Assert.StartsWith(user + "@edge.local/", bound.Value, StringComparison.Ordinal);
        return this;
    }

    public async Task<XElement> PostAsync(string body)
    {
        using var response = await RequestAsync(body);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return XElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public Task<HttpResponseMessage> RequestAsync(string body, string? origin = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/http-bind") { Content = new StringContent(body, Encoding.UTF8, "text/xml") };
        if (origin is not null) request.Headers.Add("Origin", origin);
        return http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>The key before this one in a sequence.</summary>
#pragma warning disable CA5350 // XEP-0124 §15.3
    public static string NextKey(string key) => Convert.ToHexStringLower(SHA1.HashData(Encoding.ASCII.GetBytes(key)));
#pragma warning restore CA5350

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
