using System.IO.Pipelines;
using System.Text;
using System.Threading.Channels;

using Edge.Mqtt;
using Edge.Mqtt.Client;
using Edge.Mqtt.Wire;
using Edge.TestKit;

namespace Edge.Tests.Mqtt.Client;

public sealed class ReconnectTests
{
    private readonly ManualClock _clock = new();
    private readonly Channel<ScriptedServer?> _attempts = Channel.CreateUnbounded<ScriptedServer?>(); // null: nobody listens
    private readonly List<TimeSpan> _waits = [];

    [Fact]
    public async Task It_connects_again_after_a_wait_that_grows_and_is_random()
    {
        await using var client = Start();
        for (var attempt = 1; attempt <= 8; attempt++)
        {
            _attempts.Writer.TryWrite(null);
            await Eventually.HoldsAsync(() => Waits == attempt && _clock.ArmedTimers > 0);
            _clock.Advance(TimeSpan.FromSeconds(20));
        }

        var server = await ServeAsync();
        await server.AcceptAsync();
        await client.WaitConnectedAsync();

        // The same seed makes the same waits: each up to a bound that doubles to ten seconds.
        var random = new Random(1);
        Assert.Equal(new double[] { 1, 2, 4, 8, 10, 10, 10, 10 }.Select(bound => Math.Round(bound * random.NextDouble(), 3)), _waits.Select(w => Math.Round(w.TotalSeconds, 3)));
    }

    [Fact]
    public async Task A_server_that_throws_out_at_once_is_not_asked_faster_and_faster()
    {
        await using var client = Start();
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            var server = await ServeAsync();
            await server.AcceptAsync();
            await client.WaitConnectedAsync();
            server.Cut();
            await Eventually.HoldsAsync(() => Waits == attempt && _clock.ArmedTimers > 0);
            _clock.Advance(TimeSpan.FromSeconds(20));
        }

        var random = new Random(1);
        Assert.Equal(new double[] { 1, 2, 4, 8, 10 }.Select(bound => Math.Round(bound * random.NextDouble(), 3)), _waits.Select(w => Math.Round(w.TotalSeconds, 3)));
    }

    [Fact]
    public async Task What_is_published_without_a_connection_waits_and_goes_out_in_order()
    {
        await using var client = Start();
        Task<MqttPublishResult>[] publishing = [.. Enumerable.Range(0, 5).Select(i => client.PublishAsync(Text($"{i}")))];
        Assert.Equal(5, client.QueuedMessages);

        var server = await ServeAsync();
        await server.AcceptAsync();
        for (var i = 0; i < 5; i++)
        {
            var packet = await server.PublishAsync();
            Assert.Equal(($"{i}", false), (Encoding.UTF8.GetString(packet.Payload.Span), packet.IsDuplicate));
            await server.AckAsync(PacketType.PubAck, packet.PacketId);
        }

        Assert.All(await Task.WhenAll(publishing), r => Assert.True(r.IsSuccess));
        Assert.Equal(0, client.QueuedMessages);
    }

    [Fact]
    public async Task A_session_that_is_still_there_gets_what_was_not_acknowledged_again_with_the_same_identifiers()
    {
        await using var client = Start();
        var server = await ServeAsync();
        await server.AcceptAsync();
        var (first, second, third) = (client.PublishAsync(Text("1")), client.PublishAsync(Text("2", MqttQoS.ExactlyOnce)), client.PublishAsync(Text("3", MqttQoS.ExactlyOnce)));
        var ids = new[] { (await server.PublishAsync()).PacketId, (await server.PublishAsync()).PacketId, (await server.PublishAsync()).PacketId };
        await server.AckAsync(PacketType.PubRec, ids[2]);
        await server.AckAsync(PacketType.PubRel);

        server = await ReturnAsync(server);
        await server.AcceptAsync(new() { SessionPresent = true });

        var (again1, again2) = (await server.PublishAsync(), await server.PublishAsync());
        Assert.Equal((ids[0], true), (again1.PacketId, again1.IsDuplicate));
        Assert.Equal((ids[1], true), (again2.PacketId, again2.IsDuplicate));
        Assert.Equal(ids[2], (await server.AckAsync(PacketType.PubRel)).PacketId);
        await server.AckAsync(PacketType.PubAck, ids[0]);
        await server.AckAsync(PacketType.PubRec, ids[1]);
        await server.AckAsync(PacketType.PubRel);
        await server.AckAsync(PacketType.PubComp, ids[1]);
        await server.AckAsync(PacketType.PubComp, ids[2]);
        Assert.All(await Task.WhenAll(first, second, third), r => Assert.True(r.IsSuccess));
    }

    [Fact]
    public async Task A_lost_session_gets_subscriptions_again_and_messages_as_new()
    {
        await using var client = Start();
        var server = await ServeAsync();
        await server.AcceptAsync();
        await client.WaitConnectedAsync(); // or it would subscribe twice: with what it knows while it connects, and for the caller's answer
        var subscribing = client.SubscribeAsync([new("a/#"), new("b") { NoLocal = true }]);
        await server.GrantAsync();
        Assert.True((await subscribing).IsSuccess);
        var publishing = client.PublishAsync(Text("x"));
        var released = client.PublishAsync(Text("y", MqttQoS.ExactlyOnce));
        await server.PublishAsync();
        var id = (await server.PublishAsync()).PacketId;
        await server.AckAsync(PacketType.PubRec, id);
        await server.AckAsync(PacketType.PubRel);

        server = await ReturnAsync(server);
        await server.AcceptAsync();

        Assert.True((await released).IsSuccess); // the server had it
        var again = await server.PublishAsync();
        Assert.False(again.IsDuplicate);
        Assert.Equal(["a/#", "b"], (await server.GrantAsync()).Entries.Select(e => e.Filter));
        await server.AckAsync(PacketType.PubAck, again.PacketId);
        Assert.True((await publishing).IsSuccess);
    }

    [Fact]
    public async Task A_subscription_made_without_a_connection_holds_from_the_first_one_on()
    {
        await using var client = Start();
        var subscribing = client.SubscribeAsync([new("a/#")]);

        var server = await ServeAsync();
        await server.AcceptAsync();
        await server.GrantAsync();

        Assert.True((await subscribing).IsSuccess);
    }

    [Theory]
    [InlineData(MqttQueueFull.DropOldest, "1,2", 1)]
    [InlineData(MqttQueueFull.DropNewest, "0,1", 1)]
    [InlineData(MqttQueueFull.Refuse, "0,1", 0)]
    public async Task A_full_queue_does_what_it_is_told(MqttQueueFull whenFull, string kept, int dropped)
    {
        await using var client = Start(new() { MaxMessages = 2, WhenFull = whenFull });

        bool[] taken = [.. Enumerable.Range(0, 3).Select(i => client.TryPost(Text($"{i}")))];

        Assert.Equal([true, true, whenFull == MqttQueueFull.DropOldest], taken);
        Assert.Equal(dropped, client.Dropped);
        var server = await ServeAsync();
        await server.AcceptAsync();
        var got = new[] { await server.PublishAsync(), await server.PublishAsync() };
        Assert.Equal(kept, string.Join(',', got.Select(p => Encoding.UTF8.GetString(p.Payload.Span))));
    }

    [Fact]
    public async Task A_queue_is_bounded_in_bytes_too()
    {
        await using var client = Start(new() { MaxBytes = 1000, WhenFull = MqttQueueFull.Refuse });

        Assert.True(client.TryPost(new("t", new byte[800], MqttQoS.AtLeastOnce)));
        Assert.False(client.TryPost(new("t", new byte[100], MqttQoS.AtLeastOnce)));
        Assert.Equal(new(MqttReason.QuotaExceeded, "The client's queue is full."), await client.PublishAsync(new("t", new byte[100], MqttQoS.AtLeastOnce)));
    }

    [Fact]
    public async Task What_was_sent_makes_no_room_for_newer_messages()
    {
        await using var client = Start(new() { MaxMessages = 1 });
        var server = await ServeAsync();
        await server.AcceptAsync();
        await client.WaitConnectedAsync();
        var publishing = client.PublishAsync(Text("sent"));
        var packet = await server.PublishAsync();

        Assert.False(client.TryPost(Text("too much")));

        await server.AckAsync(PacketType.PubAck, packet.PacketId);
        Assert.True((await publishing).IsSuccess);
    }

    [Fact]
    public async Task A_message_that_expires_while_it_waits_is_not_sent()
    {
        await using var client = Start();
        var (old, fresh) = (client.PublishAsync(Expiring("old", 5)), client.PublishAsync(Expiring("fresh", 60)));
        _clock.Advance(TimeSpan.FromSeconds(10));

        var server = await ServeAsync();
        await server.AcceptAsync();

        var packet = await server.PublishAsync();
        Assert.Equal(("fresh", 50u), (Encoding.UTF8.GetString(packet.Payload.Span), packet.ExpirySeconds));
        Assert.False((await old).IsSuccess);
        await server.AckAsync(PacketType.PubAck, packet.PacketId);
        Assert.True((await fresh).IsSuccess);
    }

    [Fact]
    public async Task A_withdrawn_message_is_not_sent()
    {
        await using var client = Start();
        using var cancel = new CancellationTokenSource();
        var publishing = client.PublishAsync(Text("withdrawn"), cancel.Token);
        Assert.True(client.TryPost(Text("stays")));

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publishing);
        var server = await ServeAsync();
        await server.AcceptAsync();
        Assert.Equal("stays", Encoding.UTF8.GetString((await server.PublishAsync()).Payload.Span));
    }

    [Fact]
    public async Task A_token_that_cannot_be_fetched_is_fetched_again_later()
    {
        var fetched = 0;
        await using var client = Start(options: Options() with
        {
            PasswordProvider = _ => ++fetched == 1 ? throw new HttpRequestException("down") : ValueTask.FromResult<string?>($"token {fetched}"),
        });
        await ServeAsync();
        await Eventually.HoldsAsync(() => Waits == 1 && _clock.ArmedTimers > 0);
        _clock.Advance(TimeSpan.FromSeconds(20));

        var server = await ServeAsync();

        Assert.Equal("token 2", (await server.AcceptAsync()).Password);
    }

    [Fact]
    public async Task Who_waits_for_a_message_is_told_when_the_client_is_disposed()
    {
        var client = Start();
        var publishing = client.PublishAsync(Text("x"));

        await client.DisposeAsync();

        await Assert.ThrowsAsync<IOException>(() => publishing);
    }

    // Without a timeout: the only timer is then that of the wait before the next attempt, and a test that sees it armed may move the clock.
    private static MqttClientOptions Options() => new() { Version = ProtocolVersion.V5, ClientId = "n", CleanSession = false, KeepAliveSeconds = 0, ConnectTimeout = Timeout.InfiniteTimeSpan };

    private int Waits
    {
        get { lock (_waits) return _waits.Count; }
    }

    private static MqttMessage Text(string text, MqttQoS qos = MqttQoS.AtLeastOnce) => new("t", Encoding.UTF8.GetBytes(text), qos);

    private static MqttMessage Expiring(string text, uint seconds) => Text(text) with { Properties = new() { ExpirySeconds = seconds } };

    private ReconnectingMqttClient Start(MqttQueueOptions? queue = null, MqttClientOptions? options = null) => new(
        OpenAsync,
        (options ?? Options()) with { Clock = _clock },
        new()
        {
            Random = new(1),
            MaxDelay = TimeSpan.FromSeconds(10),
            Queue = queue ?? new(),
            OnDisconnected = (_, wait) =>
            {
                lock (_waits) _waits.Add(wait);
            },
        });

    private async Task<IDuplexPipe> OpenAsync(CancellationToken cancel) =>
        await _attempts.Reader.ReadAsync(cancel) is { } server ? server.Client : throw new IOException("Nobody listens.");

    private Task<ScriptedServer> ServeAsync()
    {
        var server = new ScriptedServer();
        _attempts.Writer.TryWrite(server);
        return Task.FromResult(server);
    }

    /// <summary>Cuts the connection, and waits for the client to come back.</summary>
    private async Task<ScriptedServer> ReturnAsync(ScriptedServer server)
    {
        var before = Waits;
        server.Cut();
        await Eventually.HoldsAsync(() => Waits > before && _clock.ArmedTimers > 0);
        _clock.Advance(TimeSpan.FromSeconds(20));
        return await ServeAsync();
    }
}
