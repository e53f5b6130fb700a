using System.Globalization;
using System.Text;

using Edge.Mqtt;
using Edge.Mqtt.Client;
using Edge.Mqtt.Wire;
using Edge.TestKit;

namespace Edge.Conformance.Mqtt.Crash;

/// <summary>The gateway, killed at random moments under load: what it acknowledged is delivered, and QoS 2 once.</summary>
public sealed class KillTests : IAsyncLifetime
{
    // For a long run: EDGE_KILL_ROUNDS=100.
    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("EDGE_KILL_ROUNDS") ?? "3", CultureInfo.InvariantCulture);

    private static readonly string[] Settings =
        ["maxQueuedMessages: 50000", "maxQueuedBytes: 67108864", "rateLimit: { messagesPerSecond: 1000000, burst: 1000000 }"];

    private readonly TempFolder _folder = new();
    private readonly KilledGateway _gateway;
    private readonly List<SturdyPublisher> _publishers = [];
    private readonly List<(SturdySubscriber Client, bool IsExact)> _subscribers = [];
    private SturdyPublisher _keeper = null!;
    private SturdySubscriber _sleeper = null!;
    private string _reader = "";

    public KillTests() => _gateway = new(_folder.Path);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IEnumerable<SturdyClient> Everybody => [.. _publishers, _keeper, .. _subscribers.Select(s => s.Client)];

    public async ValueTask InitializeAsync()
    {
        string[] names = ["p0", "p1", "p2", "p3", "keeper", "s0", "s1", "s2", "sleeper"];
        var tokens = await _gateway.IssueAsync([.. names, "reader"], "#");
        var who = names.Select((name, i) => new Identity(name, tokens[i], i % 2 == 0 ? ProtocolVersion.V311 : ProtocolVersion.V5)).ToArray();
        for (var i = 0; i < 4; i++) _publishers.Add(new(who[i], SeriesOf(i)));
        _keeper = new(who[4], new(n => $"kept/{n % 8}", _ => MqttQoS.AtLeastOnce, Retain: true, Window: 4));
        _sleeper = new(who[8], "load/#", MqttQoS.ExactlyOnce);
        _subscribers.AddRange([(new(who[5], "load/#", MqttQoS.ExactlyOnce), true), (new(who[6], "load/#", MqttQoS.ExactlyOnce), true),
            (new(who[7], "load/#", MqttQoS.AtLeastOnce), false), (_sleeper, true)]);
        _reader = tokens[^1];
    }

    [Fact]
    public async Task What_was_acknowledged_is_delivered_after_the_gateway_was_killed_and_QoS_2_once()
    {
        await _gateway.StartAsync(Settings);
        await MeetAsync();
        for (var round = 1; round <= Rounds; round++)
        {
            await LoadAsync(Random.Shared.Next(3) == 0 ? Random.Shared.Next(20) : Random.Shared.Next(1500));
            Assert.Empty(await _gateway.Process.KillAsync());
            await Task.WhenAll(Everybody.Select(c => c.LostAsync()));
            Assert.Equal("ok", await _gateway.Process.CheckDatabaseAsync());

            await _gateway.StartAsync(Settings);
            await CheckRetainedAsync();
            // The sleeper is away for every second round: what waits for it has to come through the crash in the store.
            await ComeBackAsync(withSleeper: round % 2 == 0 || round == Rounds);
            if (round % 2 == 0 || round == Rounds) await SettleAsync();
        }

        Report();
    }

    private static Series SeriesOf(int publisher) => new(n => $"load/{publisher}", _ => publisher < 2 ? MqttQoS.ExactlyOnce : MqttQoS.AtLeastOnce);

    // The sleeper subscribes, and goes.
    private async Task MeetAsync()
    {
        foreach (var client in Everybody) Assert.False(await client.ConnectAsync(_gateway.Port, Cancel));
        foreach (var (subscriber, _) in _subscribers) await subscriber.Subscribed.WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        await _sleeper.LeaveAsync();
    }

    private async Task LoadAsync(int acknowledgements)
    {
        var enough = Acknowledged + acknowledgements;
        foreach (var publisher in _publishers.Append(_keeper)) publisher.Start();
        await UntilAsync(() => Acknowledged >= enough);
    }

    private int Acknowledged => _publishers.Sum(p => p.Acknowledged);

    private async Task ComeBackAsync(bool withSleeper)
    {
        foreach (var client in Everybody.Where(c => withSleeper || c != _sleeper)) Assert.True(await client.ConnectAsync(_gateway.Port, Cancel), "Its session is gone.");
    }

    // Everything that is on its way arrives; one more message of each publisher shows that nothing comes after it.
    private async Task SettleAsync()
    {
        foreach (var publisher in _publishers.Append(_keeper)) publisher.Stop();
        await UntilAsync(() => _publishers.Append(_keeper).All(p => p.IsDone));
        var last = _publishers.Select(p => p.PublishOne()).ToArray();
        await UntilAsync(() => _subscribers.TrueForAll(s => Enumerable.Range(0, last.Length).All(p => s.Client.CountOf($"load/{p}", last[p]) > 0)));
        foreach (var (subscriber, isExact) in _subscribers)
        {
            for (var p = 0; p < _publishers.Count; p++) Check(subscriber.CountsOf($"load/{p}"), last[p], isExact && _publishers[p].QoSOf(0) == MqttQoS.ExactlyOnce);
        }

        await _sleeper.LeaveAsync();
    }

    // Or until somebody has seen something wrong, which says more than that it takes too long.
    private async Task UntilAsync(Func<bool> condition)
    {
        await Eventually.HoldsAsync(() => condition() || Everybody.Any(c => c.Fault is not null), seconds: 60);
        Assert.All(Everybody, client => Assert.Null(client.Fault));
    }

    private static void Check(int[] counts, int last, bool isExact)
    {
        Assert.Equal(last + 1, counts.Length);
        Assert.DoesNotContain(0, counts);
        if (isExact) Assert.All(counts, count => Assert.Equal(1, count));
    }

    // A newer one that was on its way when the gateway was killed may be there instead.
    private async Task CheckRetainedAsync()
    {
        var acknowledged = _keeper.Highest.ToDictionary();
        await using var client = await MqttClient.ConnectAsync(new MqttEndpoint("127.0.0.1", _gateway.Port, UseTls: false), new() { ClientId = "reader", UserName = "reader", Password = _reader }, Cancel);
        await client.SubscribeAsync("kept/#", MqttQoS.AtLeastOnce, Cancel);
        var found = new Dictionary<string, int>();
        while (acknowledged.Any(a => found.GetValueOrDefault(a.Key, -1) < a.Value))
        {
            var message = await client.Messages.ReadAsync(Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Cancel);
            found[message.Topic] = int.Parse(Encoding.UTF8.GetString(message.Payload.Span), CultureInfo.InvariantCulture);
        }
    }

    private void Report()
    {
        var sent = _publishers.Sum(p => p.Count);
        var delivered = _subscribers.Sum(s => Enumerable.Range(0, _publishers.Count).Sum(p => s.Client.CountsOf($"load/{p}").Sum(c => (long)c)));
        TestContext.Current.TestOutputHelper?.WriteLine($"{Rounds} kills, {sent} messages acknowledged, {delivered} deliveries, {_keeper.Count} retained");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in Everybody) await client.DisposeAsync();
        await _gateway.DisposeAsync();
        _folder.Dispose();
    }
}
