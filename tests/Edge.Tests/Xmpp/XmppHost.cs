using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

using Edge.Identity;
using Edge.Identity.Accounts;
using Edge.Identity.Sasl;
using Edge.Storage;
using Edge.TestKit;
using Edge.Tests.Things;
using Edge.Things;
using Edge.Transport;
using Edge.Transport.Tls;
using Edge.Xmpp;
using Edge.Xmpp.Client;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Modules.Components;
using Edge.Xmpp.Sessions;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Edge.Tests.Xmpp;

/// <summary>The XMPP server in memory: pipes instead of sockets, a clock that stands still, a store that outlives it.</summary>
internal sealed class XmppHost : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ServiceProvider _services;
    private readonly List<IAsyncDisposable> _clients = [];
    private readonly List<Task> _sessions = [];

    public XmppHost(
        IStorage? storage = null, IXmppModule? module = null, Action<IServiceCollection>? more = null, params (string Key, string Value)[] settings)
    {
        (string Key, string Value)[] own = [("tls:folder", _folder.Path), ("identity:scramIterations", "4096"), ("xmpp:sasl:failureDelayMilliseconds", "0"), .. settings];
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(own.GroupBy(s => s.Key).Select(s => KeyValuePair.Create<string, string?>(s.Key, s.Last().Value))).Build();
        var services = new ServiceCollection().AddLogging()
            .AddSingleton<TimeProvider>(Clock)
            .AddSingleton(storage ?? new DictionaryStorage())
            .AddEdgeIdentity(configuration.GetSection("identity"), _folder.Path)
            .AddSingleton<IAccounts>(Accounts)
            .AddSingleton(new ScramDecoys(iterations: 4096))
            .AddEdgeTransport(configuration.GetSection("tls"))
            .AddEdgeThings(configuration.GetSection("things"))
            .AddEdgeXmpp(configuration.GetSection("xmpp"));
        if (module is not null) services.AddSingleton(module);
        more?.Invoke(services);
        _services = services.BuildServiceProvider();
    }

    /// <summary>For <c>more</c>: accounts as the gateway has them, instead of those that all tests share.</summary>
    public static void RealAccounts(IServiceCollection services) => services.AddSingleton<IAccounts>(p => p.GetRequiredService<AccountStore>());

    public ManualClock Clock { get; } = new();

    public TestAccounts Accounts { get; } = new TestAccounts().With("romeo", "juliet", "nurse");

    public XmppServer Server => Get<XmppServer>();

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    /// <summary>A client that is signed in, without presence yet.</summary>
    public async Task<XmppClient> ConnectAsync(string user, string? resource = null, string? mechanism = null)
    {
        var options = new XmppClientOptions
        {
            Host = "memory",
            Domain = "edge.local",
            User = user,
            Password = TestAccounts.PasswordOf(user),
            Resource = resource,
            Mechanism = mechanism,
            AllowPlain = true,
        };
        var client = await XmppClient.ConnectAsync(OpenPlain(), options, Clock, CancellationToken.None);
        _clients.Add(client);
        return client;
    }

    /// <summary>A client that is signed in over TLS, the certificate checked against the gateway's own CA.</summary>
    public async Task<XmppClient> ConnectTlsAsync(string user, string domain = "edge.local")
    {
        using var authority = X509CertificateLoader.LoadCertificateFromFile(Get<LocalCertificates>().AuthorityFile!);
        var options = new XmppClientOptions
        {
            Host = "memory",
            Domain = domain,
            User = user,
            Password = TestAccounts.PasswordOf(user),
            Authority = authority,
        };
        var client = await XmppClient.ConnectAsync(new PipeStream(Open(new(), null)), options, Clock, CancellationToken.None);
        _clients.Add(client);
        return client;
    }

    /// <summary>A client that is signed in and online: its own presence has come back to it.</summary>
    public async Task<XmppClient> OnlineAsync(string user, string? resource = null)
    {
        var client = await ConnectAsync(user, resource);
        await client.RequestAsync(null, IqType.Get, new(System.Xml.Linq.XName.Get("query", "jabber:iq:roster")));
        await client.SendPresenceAsync();
        await client.Incoming.ReadAsync();
        return client;
    }

    /// <summary>A connection on which a test speaks for itself.</summary>
    public RawClient OpenRaw(XmppListenerPolicy? policy = null, EndPoint? remote = null)
    {
        var raw = new RawClient(Open(policy ?? new() { AllowPlain = true }, remote));
        _clients.Add(raw);
        return raw;
    }

    /// <summary>As <see cref="OpenRaw"/>, behind STARTTLS; no stream is open on it yet. The client may show a certificate.</summary>
    public async Task<(RawClient Raw, SslStream Tls)> OpenTlsRawAsync(XmppListenerPolicy? policy = null, X509Certificate2? certificate = null, EndPoint? remote = null)
    {
        var pipe = Open(policy ?? new(), remote);
        var clear = new RawClient(pipe);
        await clear.SendAsync(RawClient.Header);
        await clear.ReadUntilAsync("</stream:features>");
        await clear.SendAsync("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        await clear.ReadUntilAsync("/>");

        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.ImportFromPemFile(Get<LocalCertificates>().AuthorityFile!);
        var client = new SslClientAuthenticationOptions { TargetHost = "edge.local", CertificateChainPolicy = trust };
        if (certificate is not null) client.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true);
        var tls = await StreamUpgrade.AsClientAsync(pipe, client);
        var raw = new RawClient(new Duplex(tls.Input, tls.Output));
        _clients.Add(raw);
        _clients.Add(clear);
        return (raw, tls.Stream);
    }

    /// <summary>As <see cref="OpenRaw"/>, signed in.</summary>
    public async Task<RawClient> SignedInRawAsync(string user, string header = RawClient.Header)
    {
        var raw = OpenRaw();
        await raw.SendAsync(RawClient.Header);
        await raw.ReadUntilAsync("</stream:features>");
        await raw.SignInAsync(user);
        await raw.SendAsync(header);
        await raw.ReadUntilAsync("</stream:features>");
        return raw;
    }

    /// <summary>As <see cref="OpenRaw"/>, signed in and bound.</summary>
    public async Task<RawClient> BoundRawAsync(string user, string? resource = null)
    {
        var raw = await SignedInRawAsync(user);
        await raw.BindAsync(resource);
        return raw;
    }

    /// <summary>A connection on which a test plays a component.</summary>
    public RawClient OpenComponent()
    {
        var raw = new RawClient(Open(server => Get<ComponentServer>().ServeAsync(server, null)));
        _clients.Add(raw);
        return raw;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) await client.DisposeAsync();
        await Task.WhenAll(_sessions).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>A connection for a client that is not this host's.</summary>
    public Stream Dial() => new PipeStream(Open(new(), null));

    /// <summary>As <see cref="Dial"/>, at a listener whose connections begin with TLS.</summary>
    public Stream DialTls() => new PipeStream(Open(async server =>
    {
        await using var tls = await StreamUpgrade.AsServerAsync(server, Get<LocalCertificates>().ServerOptions());
        await Server.ServeAsync(tls, null, new(), TlsFacts.Of(tls.Stream));
    }));

    private PipeStream OpenPlain() => new(Open(new() { AllowPlain = true }, null));

    private Duplex Open(XmppListenerPolicy policy, EndPoint? remote) => Open(server => Server.ServeAsync(server, remote, policy));

    private Duplex Open(Func<Duplex, Task> serve)
    {
        Pipe toServer = new(new(useSynchronizationContext: false)), toClient = new(new(useSynchronizationContext: false));
        var server = new Duplex(toServer.Reader, toClient.Writer);
        _sessions.Add(ServeAsync(server, serve));
        return new(toClient.Reader, toServer.Writer);
    }

    private static async Task ServeAsync(Duplex server, Func<Duplex, Task> serve)
    {
        await serve(server);
        await server.Output.CompleteAsync();
        await server.Input.CompleteAsync();
    }

    internal sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
