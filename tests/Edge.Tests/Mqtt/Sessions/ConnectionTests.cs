using Edge.Mqtt;
using Edge.Mqtt.Client;
using Edge.Mqtt.Features;
using Edge.TestKit;
using Edge.Tests.Mqtt.Harness;
using Edge.Tests.Mqtt.Wire;
using Edge.Transport;

namespace Edge.Tests.Mqtt.Sessions;

public sealed class ConnectionTests
{
    [Fact]
    public async Task The_same_client_takes_over()
    {
        await using var broker = await TestBroker.StartAsync();
        var raw = broker.Open();
        var token = broker.Tokens.Issue("node", "rw #");
        await raw.ConnectAsync("node", token);
        await raw.ExpectAsync("2002 0000");

        await using var next = await broker.ConnectAsync(token, "node");

        Assert.Equal(EndReason.TakenOver, await raw.Ended);
        Assert.Single(broker.Sessions.Connected("node"));
    }

    [Fact]
    public async Task Another_subject_with_the_same_client_identifier_neither_takes_over_nor_sees_the_session()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var mine = await broker.ConnectAsync(broker.Tokens.Issue("me", "rw #"), "id", clean: false);

        await using var theirs = await broker.ConnectAsync(broker.Tokens.Issue("they", "rw #"), "id", clean: false);

        Assert.False(theirs.SessionPresent);
        Assert.False(mine.Closed.IsCompleted);
    }

    [Fact]
    public async Task A_storm_of_take_overs_leaves_one_connection_and_one_session()
    {
        await using var broker = await TestBroker.StartAsync();
        var token = broker.Tokens.Issue("node", "rw #");

        var connects = Enumerable.Range(0, 50).Select(_ => Task.Run(async () =>
        {
            try
            {
                return await broker.ConnectAsync(token, "node", clean: false);
            }
            catch (IOException)
            {
                return null; // taken over before it heard that it was in
            }
        }));
        var clients = (await Task.WhenAll(connects)).OfType<MqttClient>().ToList();

        await Eventually.HoldsAsync(() => clients.Count(c => !c.Closed.IsCompleted) == 1 && broker.Broker.ConnectionCount == 1);
        Assert.Single(broker.Sessions.Connected("node"));
        Assert.Equal(1, broker.Sessions.Count);
        foreach (var client in clients) await client.DisposeAsync();
    }

    [Fact]
    public async Task A_reconnect_storm_of_many_clients_finds_every_session_again()
    {
        await using var broker = await TestBroker.StartAsync("maxPersistentSessionsPerSubject=1000", "maxConnectionsPerSubject=1000");
        for (var round = 0; round < 3; round++)
        {
            var clients = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => broker.ConnectAnyAsync($"node-{i}", clean: false)));
            Assert.All(clients, c => Assert.Equal(round > 0, c.SessionPresent));
            foreach (var client in clients) client.Abort();
            await Eventually.HoldsAsync(() => broker.Broker.ConnectionCount == 0);
            foreach (var client in clients) await client.DisposeAsync();
        }

        Assert.Equal(200, broker.Sessions.Count);
    }

    [Fact]
    public async Task More_connections_of_one_subject_than_allowed_are_refused()
    {
        await using var broker = await TestBroker.StartAsync("maxConnectionsPerSubject=1");
        await using var first = await broker.ConnectAnyAsync("first");

        var refused = await Assert.ThrowsAsync<MqttConnectRefusedException>(() => broker.ConnectAnyAsync("second"));

        Assert.Equal(3, refused.ReturnCode);
    }

    [Fact]
    public async Task A_slow_reader_loses_QoS_0_and_keeps_its_connection()
    {
        await using var broker = await TestBroker.StartAsync("outboxMessages=100", "receiveMaximum=50");
        var raw = broker.Open(pauseBytes: 1024);
        await raw.ConnectAsync("slow", broker.Tokens.Issue("slow", "rw #"));
        await raw.ExpectAsync("2002 0000");
        await raw.SubscribeAsync(1, "t", 0);
        await raw.ExpectAsync("9003 0001 00");

        var reached = 0;
        for (var i = 0; i < 1000; i++) reached += await broker.Publisher.PublishAsync(new("t", new byte[100]));

        Assert.InRange(reached, 50, 500);
        Assert.Single(broker.Sessions.Connected("slow"));
    }

    [Fact]
    public async Task A_reader_that_leaves_its_answers_lying_is_cut_off()
    {
        await using var broker = await TestBroker.StartAsync("outboxMessages=64", "receiveMaximum=50");
        var raw = broker.Open(pauseBytes: 64);
        await raw.ConnectAsync("stuck", broker.Tokens.Issue("stuck", "rw #"));
        await raw.ExpectAsync("2002 0000");

        try
        {
            for (var i = 0; i < 1000; i++) await raw.SendAsync("C000").WaitAsync(TimeSpan.FromSeconds(20));
        }
        catch (InvalidOperationException)
        {
            // The broker has closed its end meanwhile.
        }

        Assert.Equal(EndReason.SlowConsumer, await raw.Ended);
    }

    [Fact]
    public async Task A_client_that_sends_many_small_packets_in_one_piece_and_reads_is_not_cut_off()
    {
        await using var broker = await TestBroker.StartAsync("outboxMessages=64", "receiveMaximum=50");
        var alice = await broker.TalkAsync("alice");

        await alice.SayAsync([.. Enumerable.Repeat("PINGREQ", 1000)]);

        for (var i = 0; i < 1000; i++) await alice.HearAsync("PINGRESP");
    }

    [Theory]
    [InlineData("maxTopicLevels=3", "a/b/c/d", "mqtt:maxTopicLevels (3)")]
    [InlineData("maxTopicBytes=5", "abcdef", "mqtt:maxTopicBytes (5)")]
    public async Task A_topic_beyond_a_limit_ends_a_publisher_and_refuses_a_subscriber(string setting, string topic, string key)
    {
        await using var broker = await TestBroker.StartAsync(setting);
        var raw = broker.Open();
        await raw.ConnectAsync("node", broker.Tokens.Issue("node", "rw #"));
        await raw.ExpectAsync("2002 0000");
        await raw.SubscribeAsync(1, topic, 0);
        await raw.ExpectAsync("9003 0001 80");

        await raw.PublishAsync(topic, "x");

        Assert.Equal(EndReason.LimitExceeded, await raw.Ended);
        Assert.Equal(2, broker.Log.Lines.Count(l => l.Contains(key, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Subscriptions_beyond_the_limit_are_refused()
    {
        await using var broker = await TestBroker.StartAsync("maxSubscriptions=2");
        await using var client = await broker.ConnectAnyAsync();

        Assert.True(await client.SubscribeAsync("a"));
        Assert.True(await client.SubscribeAsync("b"));
        Assert.False(await client.SubscribeAsync("c"));
        Assert.True(await client.SubscribeAsync("a")); // again is not one more
        await client.UnsubscribeAsync("a");
        Assert.True(await client.SubscribeAsync("c"));
    }

    [Fact]
    public async Task A_client_identifier_beyond_the_limit_is_rejected()
    {
        await using var broker = await TestBroker.StartAsync("maxClientIdBytes=23");

        var refused = await Assert.ThrowsAsync<MqttConnectRefusedException>(() => broker.ConnectAnyAsync(new string('x', 24)));

        Assert.Equal(2, refused.ReturnCode);
    }

    [Fact]
    public async Task A_CONNECT_beyond_its_limit_is_not_even_read()
    {
        await using var broker = await TestBroker.StartAsync("maxConnectBytes=256");
        var raw = broker.Open();

        await raw.ConnectAsync("node", new string('x', 300));

        Assert.Equal(EndReason.LimitExceeded, await raw.Ended);
    }

    [Fact]
    public async Task Connections_beyond_the_limit_are_closed_at_once()
    {
        await using var broker = await TestBroker.StartAsync("connections:total=1", "connections:perAddress=1");
        await using var first = await broker.ConnectAnyAsync();

        Assert.Null(await broker.Open().Ended);
        Assert.Contains(broker.Log.Lines, l => l.Contains("mqtt:connections:total (1)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stopping_ends_every_connection_with_one_line_each()
    {
        var broker = await TestBroker.StartAsync();
        var raw = broker.Open();
        await raw.ConnectAsync("node", broker.Tokens.Issue("node", "rw #"));
        await raw.ExpectAsync("2002 0000");

        await broker.DisposeAsync();

        Assert.Equal(EndReason.Shutdown, await raw.Ended);
        Assert.Single(broker.Log.Lines, l => l.Contains("node from", StringComparison.Ordinal) && l.Contains("ended", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_bug_in_a_feature_ends_that_connection_only_and_is_logged()
    {
        await using var broker = await TestBroker.StartAsync(new(), new Faulty());
        await using var healthy = await broker.ConnectAnyAsync("healthy");
        var raw = broker.Open();
        await raw.ConnectAsync("node", broker.Tokens.Issue("node", "rw #"));
        await raw.ExpectAsync("2002 0000");

        await raw.PublishAsync("bug", "x");

        Assert.Equal(EndReason.InternalError, await raw.Ended);
        await healthy.PublishAsync(new("fine", "x"u8.ToArray(), MqttQoS.AtLeastOnce));
        Assert.Contains(broker.Log.Lines, l => l.StartsWith("Error A bug ended the connection of node", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public async Task Damaged_conversations_end_in_a_reason_and_never_in_a_bug(int seed)
    {
        await using var broker = await TestBroker.StartAsync();
        var token = broker.Tokens.Issue("fuzz", "rw #");
        var random = new Random(seed);
        var samples = WireSamples.All.Where(s => !s.Name.StartsWith("con", StringComparison.Ordinal)).Select(s => s.Bytes).ToArray();
        for (var round = 0; round < 200; round++)
        {
            var raw = broker.Open(pauseBytes: 1 << 20);
            await raw.ConnectAsync("fuzz", token);
            await raw.ExpectAsync("2002 0000");
            for (var i = 0; i < 5; i++) await raw.SendAsync(Mutation.Of(samples[random.Next(samples.Length)], random));
            await raw.Pipe.Output.CompleteAsync();
            Assert.NotEqual(EndReason.InternalError, await raw.Ended);
        }

        await using var healthy = await broker.ConnectAnyAsync("healthy");
        await healthy.PublishAsync(new("fine", "x"u8.ToArray(), MqttQoS.AtLeastOnce));
    }

    private sealed class Faulty : IMqttFeature
    {
        public MqttStage Stage => MqttStage.Apply;

        public ValueTask OnPublishAsync(MqttPublishing publishing, CancellationToken cancel) =>
            publishing.Message.Topic == "bug" ? throw new InvalidOperationException("a bug") : default;
    }
}
