using System.Net;

using Edge.Xmpp;
using Edge.Xmpp.Bosh;
using Edge.Xmpp.HostMeta;
using Edge.Xmpp.Web;
using Edge.Xmpp.WebSockets;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Edge.Tests.Xmpp.Web;

/// <summary>The XMPP server behind a real web server on loopback.</summary>
internal sealed class XmppWebHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private XmppWebHost(XmppHost xmpp, WebApplication app)
    {
        (Xmpp, _app) = (xmpp, app);
        Http = new() { BaseAddress = new(_app.Urls.Single()) };
    }

    public XmppHost Xmpp { get; }

    public HttpClient Http { get; }

    public Uri WebSocket => new(_app.Urls.Single().Replace("http://", "ws://", StringComparison.Ordinal) + XmppWeb.WebSocketPath);

    public static Task<XmppWebHost> StartAsync(params (string Key, string Value)[] settings) =>
        StartAsync(new() { Name = "http", AllowPlain = true }, settings);

    public static async Task<XmppWebHost> StartAsync(XmppListenerPolicy policy, params (string Key, string Value)[] settings)
    {
        var xmpp = new XmppHost(settings: settings);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseXmppPolicy(policy)));
        builder.Services
            .AddSingleton(xmpp.Get<XmppWebSocketHandler>())
            .AddSingleton(xmpp.Get<BoshHandler>())
            .AddSingleton(xmpp.Get<HostMetaHandler>());
        var app = builder.Build();
        app.UseXmppWeb();
        await app.StartAsync();
        return new(xmpp, app);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await ((Microsoft.Extensions.Hosting.IHostedService)Xmpp.Server).StopAsync(CancellationToken.None);
        await _app.StopAsync();
        await _app.DisposeAsync();
        await Xmpp.DisposeAsync();
    }
}
