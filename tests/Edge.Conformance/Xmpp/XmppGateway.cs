using System.Net;
using System.Text.Json;

using Edge.Identity;
using Edge.Identity.Accounts;
using Edge.Storage;
using Edge.TestKit;
using Edge.Things;
using Edge.Transport;
using Edge.Transport.Tls;
using Edge.Xmpp;
using Edge.Xmpp.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Edge.Conformance.Xmpp;

/// <summary>The XMPP part of the gateway on a real socket, with SQLite, accounts and its own CA in a folder of one test's own.</summary>
internal sealed class XmppGateway : IAsyncDisposable
{
    public const string Domain = "edge.local";

    private readonly TempFolder _folder;
    private readonly bool _ownsFolder;
    private readonly WebApplication _app;
    private readonly int[] _ports;

    private XmppGateway(TempFolder folder, bool ownsFolder, WebApplication app)
    {
        (_folder, _ownsFolder, _app) = (folder, ownsFolder, app);
        _ports = [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(a => new Uri(a).Port)];
    }

    /// <summary>Where clients begin in clear text.</summary>
    public int Port => _ports[0];

    /// <summary>Where they begin with TLS.</summary>
    public int TlsPort => _ports[1];

    /// <summary>Where they come over HTTPS.</summary>
    public int WebPort => _ports[2];

    /// <summary>Where components sign in.</summary>
    public int ComponentPort => _ports[3];

    /// <summary>The certificate of the local CA.</summary>
    public string AuthorityFile => Get<LocalCertificates>().AuthorityFile!;

    public T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>Starts it; with <paramref name="folder"/>, on what is left there from before.</summary>
    public static async Task<XmppGateway> StartAsync(
        TempFolder? folder = null, bool allowPlain = false, Action<IServiceCollection>? more = null, params (string Key, string Value)[] settings)
    {
        var own = folder ?? new TempFolder();
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Configuration.AddInMemoryCollection(
            [new("tls:folder", own.File("tls")), .. settings.Select(s => KeyValuePair.Create<string, string?>(s.Key, s.Value))]);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Listen(kestrel, allowPlain));
        builder.Services.AddLogging(l => l.SetMinimumLevel(LogLevel.Warning)).AddRouting().AddSingleton(TimeProvider.System)
            .AddEdgeStorage(builder.Configuration.GetSection("storage"), own.Path)
            .AddEdgeTransport(builder.Configuration.GetSection("tls"))
            .AddEdgeIdentity(builder.Configuration.GetSection("identity"), own.Path)
            .AddEdgeThings(builder.Configuration.GetSection("things"))
            .AddEdgeXmpp(builder.Configuration.GetSection("xmpp"));
        more?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseXmppWeb();
        await app.StartAsync();
        return new(own, folder is null, app);
    }

    /// <summary>Makes accounts whose passwords are <c>password of</c> and the name.</summary>
    public async Task AddAccountsAsync(params string[] names)
    {
        foreach (var name in names) Assert.Equal(AccountError.None, await Get<IAccounts>().CreateAsync(name, "password of " + name, Roles.None));
    }

    /// <summary>Runs a script beside this file with port, domain, CA file and <paramref name="arguments"/>; returns what it printed: one JSON
    /// object a line, by its <c>step</c>.</summary>
    public Task<Dictionary<string, JsonElement>> RunPythonAsync(string script, params string[] arguments) =>
        PythonScript.RunAsync(script, ["slixmpp"], [$"{Port}", Domain, AuthorityFile, .. arguments]);

    private static void Listen(KestrelServerOptions kestrel, bool allowPlain)
    {
        var certificates = kestrel.ApplicationServices.GetRequiredService<LocalCertificates>();
        kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseXmpp(new XmppListenerPolicy { AllowPlain = allowPlain }));
        kestrel.Listen(IPAddress.Loopback, 0, listen => Secure(listen).UseXmpp(new XmppListenerPolicy()));
        kestrel.Listen(IPAddress.Loopback, 0, listen => Secure(listen));
        kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseXmppComponents());

        ListenOptions Secure(ListenOptions listen) => listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => new(certificates.ServerOptions()) });
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (_ownsFolder) _folder.Dispose();
    }
}
