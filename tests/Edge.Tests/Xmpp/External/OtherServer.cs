using System.IO.Pipelines;
using System.Threading.Channels;

using Edge.Identity;
using Edge.TestKit;
using Edge.Tests.Things;
using Edge.Tests.Xmpp.Modules.Iot;
using Edge.Things;
using Edge.Things.Nodes;
using Edge.Things.Registry;
using Edge.Transport;
using Edge.Transport.Tls;
using Edge.Xmpp;
using Edge.Xmpp.External;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Edge.Tests.Xmpp.External;

/// <summary>A gateway that has joined another server: for the account that is our own server in memory, for components the test itself, which reads and
/// writes what a server would.</summary>
internal sealed class OtherServer : IAsyncDisposable
{
    public const string Secret = "the components' secret";

    private readonly IHost _host;
    private readonly PipeDialer _dialer;

    private readonly TempFolder _folder;

    private OtherServer(IHost host, PipeDialer dialer, XmppHost accounts, ManualClock clock, TempFolder folder) =>
        (_host, _dialer, Accounts, Clock, _folder) = (host, dialer, accounts, clock, folder);

    /// <summary>The clock of the gateway.</summary>
    public ManualClock Clock { get; }

    /// <summary>Where the concentrator's account is, and everybody else's.</summary>
    public XmppHost Accounts { get; }

    public T Get<T>() where T : notnull => _host.Services.GetRequiredService<T>();

    public ExternalLink Link(string service) => Get<LinkTable>().All.Single(l => l.Service == service);

    public static Task<OtherServer> StartAsync(params (string Key, string Value)[] settings) => StartAsync(_ => { }, settings);

    public static async Task<OtherServer> StartAsync(Action<IServiceCollection> more, params (string Key, string Value)[] settings)
    {
        var accounts = new XmppHost();
        accounts.Accounts.With("concentrator");
        var (clock, dialer, folder) = (new ManualClock(), new PipeDialer(accounts), new TempFolder());
        var builder = Host.CreateEmptyApplicationBuilder(null);
        (string Key, string Value)[] own =
        [
            ("tls:folder", folder.Path), ("xmpp:mode", "external"), ("xmpp:external:host", "localhost"), ("xmpp:external:password", TestAccounts.PasswordOf("concentrator")),
            ("xmpp:external:authorityFile", accounts.Get<LocalCertificates>().AuthorityFile!),
            ("xmpp:external:components:things:secret", Secret), ("xmpp:external:components:provisioning:secret", Secret), .. settings,
        ];
        builder.Configuration.AddInMemoryCollection(own.Select(s => KeyValuePair.Create<string, string?>(s.Key, s.Value)));
        builder.Services.AddLogging()
            .AddMetrics()
            .AddSingleton<TimeProvider>(clock)
            .AddSingleton<Edge.Storage.IStorage>(new DictionaryStorage())
            .AddEdgeIdentity(builder.Configuration.GetSection("identity"), folder.Path)
            .AddEdgeTransport(builder.Configuration.GetSection("tls"))
            .AddSingleton<INodeSource>(new ScriptedSource())
            .AddEdgeThings(builder.Configuration.GetSection("things"))
            .AddEdgeXmpp(builder.Configuration.GetSection("xmpp"))
            .Replace(ServiceDescriptor.Singleton<LinkDialer>(dialer));
        more(builder.Services);
        var host = builder.Build();
        await host.StartAsync();
        return new(host, dialer, accounts, clock, folder);
    }

    /// <summary>Breaks the connection of the concentrator's account.</summary>
    public ValueTask CutAccountAsync() => _dialer.Account!.HangUpAsync();

    /// <summary>Lets the account's next attempt to connect fail.</summary>
    public void FailNext(Exception fault) => _dialer.Fault = fault;

    /// <summary>It has.</summary>
    public bool HasFailed => _dialer.Fault is null;

    /// <summary>Gives a node of the concentrator's an owner.</summary>
    public async Task<ThingId> ClaimAsync(string node, string owner)
    {
        var id = Get<IConcentrator>().Identify(new(node, "bus"));
        Tag[] tags = [new("SN", node), new("KEY", "k" + node)];
        await Get<IThingRegistry>().RegisterAsync(id, tags);
        Assert.NotNull(await Get<IThingRegistry>().ClaimAsync(Jid.Parse(owner), tags));
        return id;
    }

    /// <summary>The next connection of a component, up to its handshake: what it is for.</summary>
    public async Task<(RawClient Server, string Opening)> AcceptAsync()
    {
        using var time = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var server = await _dialer.Components.Reader.ReadAsync(time.Token);
        return (server, await server.ReadUntilAsync("jabber:component:accept"));
    }

    /// <summary>The two components, connected.</summary>
    public async Task<Dictionary<string, RawClient>> AcceptAllAsync()
    {
        var servers = new Dictionary<string, RawClient>(StringComparer.Ordinal);
        foreach (var _ in ExternalNames.Components)
        {
            var (server, opening) = await AcceptAsync();
            await WelcomeAsync(server);
            servers[opening.Split("to='")[1].Split('.')[0]] = server;
        }

        return servers;
    }

    /// <summary>Opens the stream and takes whatever handshake comes.</summary>
    public static async Task<string> WelcomeAsync(RawClient server)
    {
        await server.SendAsync("<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:component:accept' id='s1' from='x'>");
        var handshake = await server.ReadUntilAsync("</handshake>");
        await server.SendAsync("<handshake/>");
        return handshake.Split("<handshake>")[1].Split('<')[0];
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await _dialer.DisposeAsync();
        await Accounts.DisposeAsync();
        _folder.Dispose();
    }

    private sealed class PipeDialer(XmppHost accounts) : LinkDialer, IAsyncDisposable
    {
        private readonly List<RawClient> _servers = [];

        public Channel<RawClient> Components { get; } = Channel.CreateUnbounded<RawClient>();

        public PipeStream? Account { get; private set; }

        public Exception? Fault { get; set; }

        public override Task<Stream> DialAsync(string host, int port, CancellationToken cancel)
        {
            if (port is 5222 or 5223) return Task.FromResult<Stream>(DialAccount(port));

            Pipe there = new(new(useSynchronizationContext: false)), back = new(new(useSynchronizationContext: false));
            var server = new RawClient(new(there.Reader, back.Writer));
            _servers.Add(server);
            Components.Writer.TryWrite(server);
            return Task.FromResult<Stream>(new PipeStream(new(back.Reader, there.Writer)));
        }

        private PipeStream DialAccount(int port)
        {
            if (Fault is not { } fault) return Account = (PipeStream)(port == 5223 ? accounts.DialTls() : accounts.Dial());

            Fault = null;
            throw fault;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var server in _servers) await server.DisposeAsync();
        }
    }
}
