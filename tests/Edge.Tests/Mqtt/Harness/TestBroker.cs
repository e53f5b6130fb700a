using System.Globalization;
using System.Net;

using Edge.Identity.Accounts;
using Edge.Identity.Devices;
using Edge.Identity.Pending;
using Edge.Identity.Tokens;
using Edge.Mqtt;
using Edge.Mqtt.Client;
using Edge.Mqtt.Features;
using Edge.Mqtt.Features.Retained;
using Edge.Mqtt.Sessions;
using Edge.Storage;
using Edge.TestKit;
using Edge.Transport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Edge.Tests.Mqtt.Harness;

/// <summary>The whole broker in memory: no socket, no real clock, no disk.</summary>
internal sealed class TestBroker : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly List<Task<EndReason?>> _served = [];

    private TestBroker(ServiceProvider services) => _services = services;

    public ManualClock Clock { get; private init; } = null!;

    public FakeTokens Tokens { get; private init; } = null!;

    public FakePasswords Passwords { get; private init; } = null!;

    public FakeStorage Storage { get; private init; } = null!;

    public LogCapture Log { get; private init; } = null!;

    public MqttListenerPolicy Policy { get; set; } = new();

    public MqttBroker Broker => _services.GetRequiredService<MqttBroker>();

    public SessionRegistry Sessions => _services.GetRequiredService<SessionRegistry>();

    public IMqttPublisher Publisher => _services.GetRequiredService<IMqttPublisher>();

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    /// <summary>A broker that runs; settings are keys below <c>mqtt</c>, such as <c>"maxInFlight=2"</c>.</summary>
    public static Task<TestBroker> StartAsync(params string[] settings) => StartAsync(new(), null, settings);

    public static async Task<TestBroker> StartAsync(FakeStorage storage, IMqttFeature? extra, params string[] settings)
    {
        var clock = new ManualClock();
        var (tokens, passwords, log) = (new FakeTokens(clock), new FakePasswords(), new LogCapture());
        var services = new ServiceCollection()
            .AddLogging(l => l.AddProvider(log).SetMinimumLevel(LogLevel.Debug))
            .AddSingleton<TimeProvider>(clock)
            .AddSingleton<IStorage>(storage)
            .AddSingleton(new StorageFolder(storage.Folder))
            .AddSingleton<ITokenService>(tokens)
            .AddSingleton<IBearerTokens>(tokens)
            .AddSingleton<IPasswords>(passwords)
            .AddSingleton<IPendingDevices, PendingDevices>()
            .AddSingleton<IDeviceSecrets, EmptyManifest>();
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create("mqtt:" + s.Split('=')[0], (string?)s.Split('=')[1])))
            .Build();
        services.AddEdgeTransport(configuration.GetSection("tls"));
        MqttServices.AddEdgeMqtt(services, configuration.GetSection("mqtt"), OwnFeatures());
        if (extra is not null) services.AddSingleton(extra);

        var broker = new TestBroker(services.BuildServiceProvider()) { Clock = clock, Tokens = tokens, Passwords = passwords, Storage = storage, Log = log };
        await broker.Broker.StartAsync(CancellationToken.None);
        return broker;
    }

    /// <summary>A connection of raw bytes.</summary>
    public RawClient Open(int pauseBytes = 64 * 1024, IPEndPoint? remote = null)
    {
        var pair = new PipePair(pauseBytes);
        var served = Broker.ServeAsync(pair.Server, remote, Policy);
        lock (_served) _served.Add(served);
        return new(pair.Client, served);
    }

    /// <summary>A client that is connected; <paramref name="token"/> null for one that shows none.</summary>
    public Task<MqttClient> ConnectAsync(string? token, string clientId = "", bool clean = true, MqttMessage? will = null, int keepAlive = 0) =>
        MqttClient.ConnectAsync(Open().Pipe, new MqttClientOptions
        {
            ClientId = clientId,
            UserName = clientId,
            Password = token,
            CleanSession = clean,
            Will = will,
            KeepAliveSeconds = keepAlive,
            Clock = Clock,
        });

    /// <summary>A client that may do everything.</summary>
    public Task<MqttClient> ConnectAnyAsync(string clientId = "all", bool clean = true) => ConnectAsync(Tokens.Issue("all", "rw #"), clientId, clean);

    /// <summary>A client of MQTT 5.0 that may do everything, not connected yet.</summary>
    public Talker Talk(string name) => new(Open(), name, Tokens.Issue(name, "rw #"));

    /// <summary>As above, and connected; what CONNACK says beside success is not looked at.</summary>
    public async Task<Talker> TalkAsync(string name, string words = "clean", string answer = "CONNACK 0x00 ...")
    {
        var talker = Talk(name);
        await talker.ConnectAsync(words);
        await talker.HearAsync(answer);
        return talker;
    }

    /// <summary>As above, with subscriptions such as <c>a/#:1</c>.</summary>
    public async Task<Talker> SubscribedAsync(string name, string words, params string[] filters)
    {
        var talker = await TalkAsync(name, words);
        await talker.SayAsync($"SUBSCRIBE 1 {string.Join(' ', filters)}");
        await talker.HearAsync("SUBACK 1 0x0...");
        return talker;
    }

    /// <summary>A client of MQTT 5.0 that is in says <paramref name="line"/>, is told <paramref name="reason"/>, and cut off.</summary>
    public static async Task ViolationEndsAsync(string line, string reason)
    {
        await using var broker = await StartAsync();
        var alice = await broker.TalkAsync("alice");

        await alice.SayAsync(line);

        await alice.HearAsync($"DISCONNECT {reason} ...", "closed");
    }

    /// <summary>Lets the heartbeat beat for so many seconds, one by one.</summary>
    public void Advance(int seconds)
    {
        for (var i = 0; i < seconds; i++) Clock.Advance(TimeSpan.FromSeconds(1));
    }

    public async ValueTask DisposeAsync()
    {
        var stopping = Broker.StopAsync(CancellationToken.None);
        while (await Task.WhenAny(stopping, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System)) != stopping) Advance(1); // a client that does not read is given time
        await stopping;
        await _services.DisposeAsync();
        await Storage.DisposeAsync();
    }

    private static List<Type> OwnFeatures() =>
    [
        .. typeof(IMqttFeature).Assembly.GetTypes()
            .Where(t => MqttServices.IsFeature(t) && !t.Namespace!.EndsWith(".NodeProtocol", StringComparison.Ordinal)),
    ];
}
