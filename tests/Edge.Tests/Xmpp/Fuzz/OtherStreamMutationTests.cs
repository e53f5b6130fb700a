using System.Text;
using System.Xml.Linq;

using Edge.TestKit;
using Edge.Tests.Mqtt.Harness;
using Edge.Tests.Xmpp.Modules.Components;
using Edge.Xmpp;
using Edge.Xmpp.Bosh;
using Edge.Xmpp.Sessions.Negotiation;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Edge.Tests.Xmpp.Fuzz;

/// <summary>Damaged bytes over what else carries streams, components' connections and requests of HTTP: no bug, an answer each, and nothing left behind.</summary>
public sealed class OtherStreamMutationTests : IDisposable
{
    private const int Components = 200;
    private const int BoshSessions = 60;
    private const string Ns = "xmlns='http://jabber.org/protocol/httpbind' xmlns:xmpp='urn:xmpp:xbosh'";

    private static readonly string[] ComponentSays =
    [
        "<message from='hamlet@plays.edge.local/stage' to='juliet@edge.local'><body>To be</body></message>",
        "<iq type='get' id='1' from='plays.edge.local' to='edge.local'><ping xmlns='urn:xmpp:ping'/></iq>",
        "<presence type='subscribe' from='hamlet@plays.edge.local' to='romeo@edge.local'/>",
        "<message xmlns='jabber:component:accept' from='plays.edge.local' to='juliet@edge.local'><x:y xmlns:x='urn:x' x:z='1'><![CDATA[<raw> ]] & ]]></x:y></message>",
        "<iq type='set' id='2' from='x@plays.edge.local/y' to='things.edge.local'><mine xmlns='urn:xmpp:iot:discovery'><str name='SN' value='1'/></mine></iq>",
    ];

    private static readonly string[] ClientSays =
        [XmppSamples.Login, "restart", XmppSamples.Bind, "<presence/>", .. XmppSamples.Roster.Take(3), .. XmppSamples.ReadOut.Take(2), .. XmppSamples.Talk];

    private readonly LogCapture _log = new();

    [Theory, InlineData(1), InlineData(2)]
    public async Task Of_components(int seed)
    {
        var random = new Random(seed);
        await using var host = new XmppHost(more: services => services.AddSingleton<ILoggerProvider>(_log), settings: ("xmpp:components:plays:secret", "secret of plays"));
        var said = XmppSamples.Bytes(ComponentSays);
        for (var i = 0; i < Components; i++)
        {
            var component = await RawComponent.ConnectAsync(host, "plays.edge.local", "secret of plays");
            await component.SendAsync(XmlMutation.Of(said, random));
            await component.HangUpAsync();
            await component.ReadToEndAsync();
        }

        AssertNoBug();
    }

    [Theory, InlineData(1), InlineData(2)]
    public async Task Of_clients_over_HTTP(int seed)
    {
        var random = new Random(seed);
        await using var host = new XmppHost(more: services => services.AddSingleton<ILoggerProvider>(_log).AddSingleton<INegotiationStep, FuzzLogin>());
        var answers = new List<Task<XElement>>();
        for (var i = 0; i < BoshSessions; i++) answers.AddRange(await PlayAsync(host, random));

        await Eventually.HoldsAsync(() =>
        {
            host.Clock.Advance(TimeSpan.FromSeconds(20)); // what is held is answered, and who asks no more is forgotten
            return answers.All(a => a.IsCompleted) && host.Get<BoshTable>().Count == 0 && host.Server.Count == 0;
        });

        Assert.All(answers, a => Assert.Equal("body", a.Result.Name.LocalName));
        AssertNoBug();
    }

    public void Dispose() => _log.Dispose();

    private static async Task<List<Task<XElement>>> PlayAsync(XmppHost host, Random random)
    {
        var sid = (string)(await PostAsync(host, Bytes($"<body rid='1' to='edge.local' wait='60' hold='2' ver='1.11' xmpp:version='1.0' {Ns}/>"))).Attribute("sid")!;
        var (answers, rid) = (new List<Task<XElement>>(), 1);
        foreach (var element in ClientSays)
        {
            var body = element == "restart"
                ? $"<body rid='{++rid}' sid='{sid}' to='edge.local' xmpp:restart='true' {Ns}/>"
                : $"<body rid='{++rid}' sid='{sid}' {Ns}>{element}</body>";
            var isSpared = rid < 5 ? random.Next(8) > 0 : random.Next(3) > 0; // without a resource not much happens
            answers.Add(PostAsync(host, isSpared ? Bytes(body) : XmlMutation.Of(Bytes(body), random)));
            if (host.Get<BoshTable>().Find(sid) is { HeldCount: > 2 }) break; // one was lost, and those behind it wait for it
        }

        return answers;
    }

    private static async Task<XElement> PostAsync(XmppHost host, byte[] body)
    {
        var http = new DefaultHttpContext { Request = { Method = "POST", Scheme = "http", Host = new("edge.local"), Path = "/http-bind", Body = new MemoryStream(body) } };
        http.Features.Set(new XmppListenerPolicy { AllowPlain = true });
        http.Response.Body = new MemoryStream();
        await host.Get<BoshHandler>().HandleAsync(http);
        return XElement.Parse(Encoding.UTF8.GetString(((MemoryStream)http.Response.Body).ToArray()));
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private void AssertNoBug() => Assert.DoesNotContain(_log.Lines, l => l.StartsWith("Error", StringComparison.Ordinal) || l.StartsWith("Critical", StringComparison.Ordinal));
}
