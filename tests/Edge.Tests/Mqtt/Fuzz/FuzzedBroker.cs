using System.Buffers;
using System.IO.Pipelines;

using Edge.Identity.Accounts;
using Edge.Identity.Tokens;
using Edge.Mqtt;
using Edge.Mqtt.Client;
using Edge.Mqtt.Features.Authentication;
using Edge.Mqtt.Features.Authorization;
using Edge.Mqtt.Features.KeepAlive;
using Edge.Mqtt.Features.RateLimit;
using Edge.Mqtt.Features.Retained;
using Edge.Mqtt.Features.Wills;
using Edge.Mqtt.Sessions;
using Edge.Storage;
using Edge.Storage.Memory;
using Edge.Tests.Fuzz;
using Edge.Tests.Mqtt.Harness;
using Edge.Transport;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Edge.Tests.Mqtt.Fuzz;

/// <summary>A broker that plays sessions of bytes from their first to their last, and a witness: a client that must not notice any of it.</summary>
internal sealed class FuzzedBroker : IAsyncDisposable
{
    /// <summary>As many filters as the codec's own reading takes in the tests.</summary>
    public const int MaxFilters = Wire.Canonical.MaxFilters;

    // Small limits, so that the memory of a long run is soon as large as it gets.
    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["mqtt:maxFiltersPerPacket"] = $"{MaxFilters}",
        ["mqtt:maxQueuedMessages"] = "100",
        ["mqtt:slowConsumerMilliseconds"] = "0", // nobody here acknowledges for long, and waiting for it finds nothing
        ["mqtt:maxPersistentSessionsPerSubject"] = "16",
        ["mqtt:retained:maxMessages"] = "100",
        ["mqtt:rateLimit:messagesPerSecond"] = "10000000",
        ["mqtt:rateLimit:burst"] = "10000000",
    };

    private readonly ServiceProvider _services;
    private readonly MqttBroker _broker;
    private readonly SemaphoreSlim _asking = new(1);
    private Task<EndReason?>? _witnessed;
    private MqttClient? _witness;

    private FuzzedBroker(ServiceProvider services, string token) => (_services, _broker, Token) = (services, services.GetRequiredService<MqttBroker>(), token);

    /// <summary>The token of those who send bytes: for <c>fuzz/#</c>.</summary>
    public string Token { get; }

    /// <summary>The options that it runs with.</summary>
    public MqttOptions Options => _services.GetRequiredService<Microsoft.Extensions.Options.IOptions<MqttOptions>>().Value;

    /// <summary>How many sessions it has.</summary>
    public int Sessions => _services.GetRequiredService<SessionRegistry>().Count;

    /// <summary>How many connections are open.</summary>
    public int Connections => _broker.ConnectionCount;

    /// <summary>Starts it, with a witness.</summary>
    public static async Task<FuzzedBroker> StartAsync()
    {
        var clock = TimeProvider.System;
        var tokens = new FakeTokens(clock);
        var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(clock)
            .AddSingleton<IStorage, MemoryStorage>()
            .AddSingleton<ITokenService>(tokens)
            .AddSingleton<IBearerTokens>(tokens)
            .AddSingleton<IPasswords>(new FakePasswords());
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(Settings).Build();
        services.AddEdgeTransport(configuration.GetSection("tls"));
        MqttServices.AddEdgeMqtt(services, configuration.GetSection("mqtt"),
        [
            typeof(AuthenticationFeature), typeof(AuthorizationFeature), typeof(KeepAliveFeature), typeof(RateLimitFeature), typeof(RetainedFeature), typeof(WillsFeature),
        ]);
        var broker = new FuzzedBroker(services.BuildServiceProvider(), tokens.IssueFor(TimeSpan.FromDays(1), "fuzz", "rw fuzz/#"));
        await broker._broker.StartAsync(CancellationToken.None);
        await broker.CallWitnessAsync(tokens.IssueFor(TimeSpan.FromDays(1), "witness", "rw witness/#"));
        return broker;
    }

    /// <summary>Plays a session whose bytes have all come when it begins; afterwards the client is gone.</summary>
    public Task<Played> PlayAsync(ReadOnlySequence<byte> bytes) => PlayAsync(PipeReader.Create(bytes));

    /// <summary>As above, with the bytes coming in two parts.</summary>
    public async Task<Played> PlayAsync(byte[] bytes, int cut)
    {
        var pipe = new Pipe(new(useSynchronizationContext: false));
        var playing = PlayAsync(pipe.Reader);
        await pipe.Writer.WriteAsync(bytes.AsMemory(0, cut));
        await pipe.Writer.WriteAsync(bytes.AsMemory(cut));
        await pipe.Writer.CompleteAsync();
        return await playing;
    }

    /// <summary>The witness publishes and hears itself; fails where it does not.</summary>
    public async Task AskWitnessAsync()
    {
        var patience = TimeSpan.FromSeconds(20);
        await _asking.WaitAsync();
        try
        {
            await AskAsync(patience);
        }
        finally
        {
            _asking.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _witness!.DisposeAsync();
        await _witnessed!;
        await _broker.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
    }

    private async Task AskAsync(TimeSpan patience)
    {
        var sent = new MqttMessage("witness/1", Guid.NewGuid().ToByteArray(), MqttQoS.ExactlyOnce);
        await _witness!.PublishAsync(sent).WaitAsync(patience);
        var heard = await _witness.Messages.ReadAsync().AsTask().WaitAsync(patience);
        if (!heard.Payload.Span.SequenceEqual(sent.Payload.Span)) throw new InvalidOperationException("The witness heard something else than it said.");
    }

    private async Task<Played> PlayAsync(PipeReader input)
    {
        var answers = new Answers();
        var reason = await _broker.ServeAsync(new MqttWire(input, answers, new()), remote: null).WaitAsync(TimeSpan.FromSeconds(60));
        return new(reason ?? throw new InvalidOperationException("The broker has no room."), answers.ToArray());
    }

    private async Task CallWitnessAsync(string token)
    {
        var pair = new PipePair(64 * 1024);
        _witnessed = _broker.ServeAsync(pair.Server, remote: null, new());
        _witness = await MqttClient.ConnectAsync(pair.Client, new() { ClientId = "witness", UserName = "witness", Password = token, KeepAliveSeconds = 0 });
        await _witness.SubscribeAsync("witness/#", MqttQoS.ExactlyOnce);
    }

    private sealed class Answers : IByteSender
    {
        private readonly ArrayBufferWriter<byte> _bytes = new();

        public ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel = default)
        {
            lock (_bytes) _bytes.Write(bytes.Span);
            return new(true);
        }

        public byte[] ToArray()
        {
            lock (_bytes) return _bytes.WrittenSpan.ToArray();
        }
    }
}
