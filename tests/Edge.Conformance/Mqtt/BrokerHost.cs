using System.Diagnostics;
using System.Net;
using System.Text;

using Edge.Identity;
using Edge.Identity.Tokens;
using Edge.Mqtt;
using Edge.Mqtt.Features;
using Edge.Mqtt.Sessions;
using Edge.Mqtt.Topics;
using Edge.Mqtt.WebSockets;
using Edge.Storage;
using Edge.TestKit;
using Edge.Transport;
using Edge.Transport.Tls;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Edge.Conformance.Mqtt;

/// <summary>The broker on real sockets with real TLS, tokens and SQLite; ports of its own, a data folder of its own.</summary>
internal sealed class BrokerHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private ListenOptions _plain = null!;
    private ListenOptions _tls = null!;
    private ListenOptions _https = null!;

    private BrokerHost(string folder, OffsetClock clock, string[] settings)
    {
        Clock = clock;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(settings.Select(Setting));
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddEdgeStorage(builder.Configuration.GetSection("storage"), folder);
        builder.Services.AddEdgeIdentity(builder.Configuration.GetSection("identity"), folder);
        builder.Services.AddEdgeTransport(builder.Configuration.GetSection("tls"));
        builder.Services.PostConfigure<LocalCertificateOptions>(o => o.Folder = folder);
        MqttServices.AddEdgeMqtt(builder.Services, builder.Configuration.GetSection("mqtt"), BrokersOwnFeatures());
        builder.WebHost.ConfigureKestrel(Listen);
        _app = builder.Build();
        _app.UseMqttWebSockets();
    }

    public OffsetClock Clock { get; }

    public int PlainPort => _plain.IPEndPoint!.Port;

    public int TlsPort => _tls.IPEndPoint!.Port;

    /// <summary>For WebSockets, at <c>/mqtt</c>.</summary>
    public int HttpsPort => _https.IPEndPoint!.Port;

    public string CaFile => _app.Services.GetRequiredService<LocalCertificates>().AuthorityFile!;

    public ITokenService Tokens => _app.Services.GetRequiredService<ITokenService>();

    public IServiceProvider Services => _app.Services;

    public T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    public IMqttPublisher Publisher => _app.Services.GetRequiredService<IMqttPublisher>();

    public SessionRegistry Sessions => _app.Services.GetRequiredService<SessionRegistry>();

    public static async Task<BrokerHost> StartAsync(string folder, params string[] settings)
    {
        var host = new BrokerHost(folder, new OffsetClock(), settings);
        await host._app.StartAsync();
        return host;
    }

    /// <summary>A token with scopes like <c>rw a/#</c>.</summary>
    public string Token(string subject, params string[] scopes) => Tokens.Issue(subject, subject, [.. scopes.Select(Parse)]).Value;

    /// <summary>Waits until somebody would receive a message to <paramref name="topic"/>.</summary>
    public Task SubscribedAsync(string topic)
    {
        var tree = _app.Services.GetRequiredService<SubscriptionTree<Session>>();
        return Eventually.HoldsAsync(() =>
        {
            var found = new List<Subscription<Session>>();
            tree.Match(topic, found, []);
            return found.Count > 0;
        });
    }

    /// <summary>Runs a mosquitto client against the TLS listener, with the CA checked.</summary>
    public PeerProcess Mosquitto(string program, string clientId, string? token, params string[] arguments) =>
        MosquittoAs(program, clientId, clientId, token, arguments);

    /// <summary>As above, with a user name of its own.</summary>
    public PeerProcess MosquittoAs(string program, string clientId, string userName, string? password, params string[] arguments)
    {
        string[] credentials = password is null ? [] : ["-u", userName, "-P", password];
        return PeerProcess.Start(
            Peer.Require(program),
            ["-h", "localhost", "-p", $"{TlsPort}", "--cafile", CaFile, "-V", "mqttv311", "-i", clientId, .. credentials, .. arguments]);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private void Listen(KestrelServerOptions kestrel)
    {
        kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            _plain = listen;
            listen.UseMqtt(new() { Name = "loopback" });
        });
        kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            _tls = listen;
            Secure(listen);
            listen.UseMqtt(new() { Name = "tls" });
        });
        kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            _https = listen;
            Secure(listen);
        });
    }

    private static void Secure(ListenOptions listen)
    {
        var certificates = listen.ApplicationServices.GetRequiredService<LocalCertificates>();
        listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => new(certificates.ServerOptions()) });
    }

    private static List<Type> BrokersOwnFeatures() =>
    [
        .. typeof(IMqttFeature).Assembly.GetTypes()
            .Where(t => MqttServices.IsFeature(t) && !t.Namespace!.EndsWith(".NodeProtocol", StringComparison.Ordinal)),
    ];

    // Keys of the broker stand below mqtt; those of identity and storage are given whole.
    private static KeyValuePair<string, string?> Setting(string text)
    {
        var (key, value) = (text[..text.IndexOf('=', StringComparison.Ordinal)], text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        var isWhole = key.StartsWith("identity:", StringComparison.Ordinal) || key.StartsWith("storage:", StringComparison.Ordinal);
        return KeyValuePair.Create(isWhole ? key : "mqtt:" + key, (string?)value);
    }

    private static TopicScope Parse(string scope)
    {
        var (access, filter) = (scope.Split(' ')[0], scope.Split(' ')[1]);
        return new((access.Contains('r') ? TopicAccess.Read : 0) | (access.Contains('w') ? TopicAccess.Write : 0), filter);
    }
}

/// <summary>The real clock, moved by some hours where a test needs a token to be old.</summary>
internal sealed class OffsetClock : TimeProvider
{
    public TimeSpan Offset { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;
}

/// <summary>Somebody else's program, ended with the test.</summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _said = new();
    private readonly Task _output;
    private readonly Task<string> _error;

    private PeerProcess(Process process) => (_process, _output, _error) = (process, ListenAsync(process.StandardOutput), process.StandardError.ReadToEndAsync());

    public static PeerProcess Start(string program, IEnumerable<string> arguments) =>
        new(Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!);

    public int Id => _process.Id;

    public void Kill() => _process.Kill();

    /// <summary>Ends it as an operator would (SIGTERM): it writes down what it has.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{Id}"]);
        await kill.WaitForExitAsync();
        await EndAsync();
    }

    /// <summary>Waits until it has printed this.</summary>
    public Task SaysAsync(string text) => Eventually.HoldsAsync(() => Said.Contains(text, StringComparison.Ordinal));

    /// <summary>Waits for its end: exit code and all it said.</summary>
    public async Task<(int Code, string Output)> EndAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        await _process.WaitForExitAsync(patience.Token);
        await _output;
        return (_process.ExitCode, (Said + await _error).Trim());
    }

    public ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
        return default;
    }

    private string Said
    {
        get
        {
            lock (_said) return _said.ToString();
        }
    }

    private async Task ListenAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            lock (_said) _said.AppendLine(line);
        }
    }
}
