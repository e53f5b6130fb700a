using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;

using Edge.Identity.Accounts;
using Edge.Identity.Tokens;
using Edge.Mqtt;
using Edge.Mqtt.Features;
using Edge.Mqtt.Wire;
using Edge.Storage;
using Edge.Storage.Memory;
using Edge.Transport;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Edge.Benchmarks.Mqtt;

/// <summary>
/// Messages a second through the broker over pipes in memory, without sockets and TLS: what the broker itself costs. Publishers send ready bytes and
/// subscribers throw theirs away, so that the allocations counted are the broker's.
/// </summary>
internal static class Throughput
{
    private const int PayloadBytes = 100;
    private const int MessagesPerWrite = 20;

    public static async Task RunAsync(TextWriter output)
    {
        await output.WriteLineAsync("publishers  subscribers  published/s  delivered/s  dropped  bytes allocated per delivery");
        foreach (var (publishers, subscribers, messages) in new[] { (1, 1, 400_000), (50, 1, 8_000), (1, 200, 4_000), (20, 20, 4_000) })
        {
            await MeasureAsync(publishers, subscribers, messages / 4); // warms up
            await output.WriteLineAsync(await MeasureAsync(publishers, subscribers, messages));
        }
    }

    private static async Task<string> MeasureAsync(int publishers, int subscribers, int messages)
    {
        await using var services = Services();
        var broker = services.GetRequiredService<MqttBroker>();
        await broker.StartAsync(CancellationToken.None);
        var size = Message(0).Length;
        var readers = new Task<long>[subscribers];
        for (var i = 0; i < subscribers; i++) readers[i] = DrainAsync(await ConnectAsync(broker, $"s{i}", subscribe: true), (long)size * messages * publishers);
        var writers = new IDuplexPipe[publishers];
        for (var i = 0; i < publishers; i++) writers[i] = await ConnectAsync(broker, $"p{i}", subscribe: false);

        var (watch, allocated) = (Stopwatch.StartNew(), GC.GetTotalAllocatedBytes());
        await Task.WhenAll(writers.Select((w, i) => Task.Run(() => PublishAsync(w, i, messages))));
        await Task.WhenAny(Task.WhenAll(readers), Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System)); // QoS 0 may be dropped
        var (seconds, bytes) = (watch.Elapsed.TotalSeconds, GC.GetTotalAllocatedBytes() - allocated);
        await broker.StopAsync(CancellationToken.None);

        var published = (long)publishers * messages;
        var delivered = (await Task.WhenAll(readers)).Sum() / size;
        return $"{publishers,10}  {subscribers,11}  {published / seconds,11:N0}  {delivered / seconds,11:N0}  {(published * subscribers) - delivered,7}  {bytes / (double)delivered,10:N0}";
    }

    private static ServiceProvider Services()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["rateLimit:messagesPerSecond"] = "10000000",
            ["rateLimit:burst"] = "10000000",
            ["maxConnectionsPerSubject"] = "10000",
            ["outboxMessages"] = "100000",
            ["outboxBytes"] = "67108864",
        }).Build();
        var services = new ServiceCollection()
            .AddLogging().AddSingleton(TimeProvider.System).AddSingleton<IStorage, MemoryStorage>().AddSingleton<ITokenService, NoTokens>()
            .AddSingleton<IBearerTokens, NoTokens>().AddSingleton<IPasswords, NoTokens>()
            .AddEdgeTransport(configuration.GetSection("tls"));
        MqttServices.AddEdgeMqtt(services, configuration, [.. typeof(IMqttFeature).Assembly.GetTypes()
            .Where(t => MqttServices.IsFeature(t) && !t.Namespace!.EndsWith(".NodeProtocol", StringComparison.Ordinal))]);
        return services.BuildServiceProvider();
    }

    private static async Task<IDuplexPipe> ConnectAsync(MqttBroker broker, string clientId, bool subscribe)
    {
        var (up, down) = (new Pipe(), new Pipe());
        _ = broker.ServeAsync(new End(up.Reader, down.Writer), null, new() { AllowAnonymous = true });
        var client = new End(down.Reader, up.Writer);
        await client.Output.WriteAsync(new ConnectPacket { ClientId = clientId }.ToBytes());
        if (subscribe) await client.Output.WriteAsync(new SubscribePacket(1, [new("bench/#", MqttQoS.AtMostOnce)]).ToBytes(ProtocolVersion.V311));
        var expected = subscribe ? 4 + 5 : 4; // CONNACK, SUBACK
        var result = await client.Input.ReadAtLeastAsync(expected);
        client.Input.AdvanceTo(result.Buffer.GetPosition(expected));
        return client;
    }

    private static async Task PublishAsync(IDuplexPipe client, int publisher, int messages)
    {
        var chunk = Enumerable.Repeat(Message(publisher), MessagesPerWrite).SelectMany(m => m).ToArray();
        for (var sent = 0; sent < messages; sent += MessagesPerWrite) await client.Output.WriteAsync(chunk);
    }

    private static async Task<long> DrainAsync(IDuplexPipe client, long expected)
    {
        var seen = 0L;
        while (seen < expected)
        {
            var result = await client.Input.ReadAsync();
            seen += result.Buffer.Length;
            client.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted) break;
        }

        return seen;
    }

    private static byte[] Message(int publisher) => PublishWriter.ToBytes(
        new(System.Text.Encoding.UTF8.GetBytes($"bench/{publisher:00}/up/telemetry"), [], new byte[PayloadBytes]), new(MqttQoS.AtMostOnce, false, false, 0, ProtocolVersion.V311));

    private sealed record End(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class NoTokens : ITokenService, IBearerTokens, IPasswords
    {
        public event Action<string>? Changed
        {
            add { }
            remove { }
        }

        public event Action<string>? Revoked
        {
            add { }
            remove { }
        }

        public AccessToken Issue(string subject, string clientId, IReadOnlyList<TopicScope> scopes, TimeSpan? lifetime = null) => throw new NotSupportedException();

        public TokenValidation Validate(string token) => new(null, TokenError.Invalid);

        public ValueTask<TokenValidation> ValidateAsync(string token, string? userName = null, CancellationToken cancel = default) => new(Validate(token));

        public bool IsJwt(string token) => false;

        public bool IsOpaque(string? userName) => false;

        public TokenValidation Recheck(TokenClaims claims) => new(null, TokenError.Invalid);

        public ValueTask<PasswordResult> CheckAsync(string name, string password, System.Net.IPAddress? from, CancellationToken cancel = default) =>
            new(new PasswordResult(null, PasswordError.Wrong));

        public Task<string> IssueRefreshAsync(string subject, string clientId, IReadOnlyList<TopicScope> scopes, CancellationToken cancel = default) =>
            throw new NotSupportedException();

        public Task<AccessToken?> RefreshAsync(string refreshToken, string clientId, CancellationToken cancel = default) => throw new NotSupportedException();

        public Task RevokeClientAsync(string clientId, CancellationToken cancel = default) => throw new NotSupportedException();
    }
}
