using Edge.Mqtt;
using Edge.Mqtt.Sessions.Log;
using Edge.Storage.Log;
using Edge.TestKit;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Edge.Tests.Mqtt.Sessions.Log;

public sealed class MessageLogTests : IAsyncDisposable
{
    private readonly LogFixture _fixture = new();

    [Fact]
    public async Task A_session_finds_its_messages_in_order_with_all_they_had()
    {
        Assert.Empty((await _fixture.ReopenAsync()).Sessions);
        await _fixture.QueueAsync("second", 2, 7);
        await _fixture.WriteAsync(group =>
        {
            var id = group.AddMessage(new("a/ü", "first"u8.ToArray(), MqttQoS.ExactlyOnce, Retain: true), "a/ü"u8, [1, 2], 1_900_000_000);
            group.AddQueued(id, 7, 1, 11, MqttQoS.ExactlyOnce, retain: true, [3, 70_000]);
        });

        var state = await _fixture.ReopenAsync();
        Assert.Equal(["first", "second"], LogFixture.Texts(state, 7));
        var first = state.Sessions[7].Queued[0];
        Assert.Equal((1L, (ushort)11, MqttQoS.ExactlyOnce, true, false), (first.Sequence, first.PacketId, first.QoS, first.Retain, first.IsReleased));
        Assert.Equal([3u, 70_000u], first.SubscriptionIds);
        Assert.Equal("a/ü"u8, first.Message.Topic.Span);
        Assert.Equal([1, 2], first.Message.Properties.ToArray());
        Assert.Equal((MqttQoS.ExactlyOnce, true, 1_900_000_000L), (first.Message.QoS, first.Message.Retain, first.Message.ExpiresAtUnixSeconds));
        Assert.Equal(_fixture.Clock.GetUtcNow().ToUnixTimeMilliseconds(), first.Message.PublishedAt.ToUnixTimeMilliseconds());
        Assert.Equal(7, state.LastSession);
    }

    [Fact]
    public async Task A_message_for_many_sessions_is_stored_once()
    {
        await _fixture.ReopenAsync();
        await _fixture.QueueAsync(new string('x', 10_000), 1, [.. Enumerable.Range(1, 100).Select(i => (long)i)]);

        Assert.InRange(_fixture.Log.Figures.BytesWritten, 10_000, 12_500);
        var state = await _fixture.ReopenAsync();
        Assert.Equal(100, state.Sessions.Count);
        Assert.All(state.Sessions.Values, session => Assert.Same(state.Sessions[1].Queued[0].Message, session.Queued[0].Message));
    }

    [Fact]
    public async Task What_is_done_does_not_come_back_and_what_is_released_stays_released()
    {
        await _fixture.ReopenAsync();
        for (var i = 1; i <= 3; i++) await _fixture.QueueAsync($"m{i}", i, 7);
        await _fixture.WriteAsync(group => group.AddReleased(7, 2));
        await _fixture.WriteAsync(group => group.AddDone(7, 1));

        var state = await _fixture.ReopenAsync();
        Assert.Equal(["m2", "m3"], LogFixture.Texts(state, 7));
        Assert.Equal([true, false], state.Sessions[7].Queued.Select(q => q.IsReleased));
    }

    [Fact]
    public async Task Incoming_identifiers_are_kept_until_they_are_released()
    {
        await _fixture.ReopenAsync();
        await _fixture.WriteAsync(group =>
        {
            group.AddIncoming(7, 1);
            group.AddIncoming(7, 65535);
        });
        await _fixture.WriteAsync(group => group.AddIncomingDone(7, 1));

        Assert.Equal([65535], (await _fixture.ReopenAsync()).Sessions[7].Incoming);
    }

    [Fact]
    public async Task A_dropped_session_is_gone_with_all_it_had_and_others_keep_theirs()
    {
        await _fixture.ReopenAsync();
        await _fixture.QueueAsync("shared", 1, 7, 8);
        await _fixture.WriteAsync(group => group.AddIncoming(7, 5));
        _fixture.Log.DropSession(7);

        var state = await _fixture.ReopenAsync();
        Assert.Equal([8L], state.Sessions.Keys);
        Assert.Equal(["shared"], LogFixture.Texts(state, 8));
    }

    [Fact]
    public async Task A_message_moves_to_another_session_in_either_order_of_the_records()
    {
        await _fixture.ReopenAsync();
        await _fixture.QueueAsync("a", 1, 7);
        await _fixture.QueueAsync("b", 2, 7);
        var state = await _fixture.ReopenAsync();
        var ids = state.Sessions[7].Queued.Select(q => q.Message.Id).ToList();

        await _fixture.WriteAsync(group =>
        {
            group.AddQueued(ids[0], 8, 1, 1, MqttQoS.AtLeastOnce, false, []);
            group.AddDone(7, 1);
            group.AddDone(7, 2);
            group.AddQueued(ids[1], 8, 2, 2, MqttQoS.AtLeastOnce, false, []);
        });

        state = await _fixture.ReopenAsync();
        Assert.Equal(["a", "b"], LogFixture.Texts(state, 8));
        Assert.False(state.Sessions.ContainsKey(7));
    }

    [Fact]
    public async Task Numbers_of_messages_are_never_used_again()
    {
        await _fixture.ReopenAsync();
        var used = new HashSet<long>();
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 60; i++)
            {
                await _fixture.WriteAsync(group =>
                {
                    var id = group.AddMessage(LogFixture.Message(new string('x', 40_000)), "t"u8, [], 0);
                    Assert.True(used.Add(id));
                    group.AddQueued(id, 7, id, 1, MqttQoS.AtLeastOnce, false, []);
                });
                await _fixture.WriteAsync(group => group.AddDone(7, used.Max()));
            }

            Assert.Empty((await _fixture.ReopenAsync()).Sessions);
        }
    }

    [Fact]
    public async Task Compaction_keeps_order_sharing_and_state()
    {
        await _fixture.ReopenAsync();
        var kept = new List<long>();
        for (var i = 1; i <= 400; i++)
        {
            await _fixture.QueueAsync($"{i} " + new string('x', 20_000), i, 7, 8);
            if (i % 40 == 0)
            {
                kept.Add(i);
                await _fixture.WriteAsync(group => group.AddReleased(7, kept[^1]));
                await _fixture.WriteAsync(group => group.AddIncoming(9, (ushort)kept[^1]));
                continue;
            }

            await _fixture.WriteAsync(group =>
            {
                group.AddDone(7, i);
                group.AddDone(8, i);
            });
        }

        await Eventually.HoldsAsync(() => _fixture.Log.Figures.Bytes < 5 * 1024 * 1024);
        Assert.True(_fixture.Log.Figures.BytesCopied > 0);

        var state = await _fixture.ReopenAsync();
        Assert.Equal(kept, state.Sessions[7].Queued.Select(q => q.Sequence));
        Assert.Equal(kept.Select(k => k + " "), LogFixture.Texts(state, 8).Select(text => text.TrimEnd('x')));
        Assert.All(state.Sessions[7].Queued, q => Assert.True(q.IsReleased));
        Assert.All(state.Sessions[8].Queued, q => Assert.False(q.IsReleased));
        Assert.All(state.Sessions[7].Queued.Zip(state.Sessions[8].Queued), pair => Assert.Same(pair.First.Message, pair.Second.Message));
        Assert.Equal(kept, state.Sessions[9].Incoming.Order().Select(i => (long)i));
    }

    [Fact]
    public async Task Random_histories_are_found_as_a_simple_model_says()
    {
        var random = new Random(5);
        var model = new SortedDictionary<(long Session, long Sequence), (string Text, bool Released)>();
        await _fixture.ReopenAsync();
        for (long sequence = 1; sequence <= 1500; sequence++)
        {
            var sessions = Enumerable.Range(1, 5).Where(_ => random.Next(2) == 0).Select(i => (long)i).ToArray();
            var text = sequence + new string('.', random.Next(6000));
            await _fixture.QueueAsync(text, sequence, sessions);
            foreach (var session in sessions) model[(session, sequence)] = (text, false);
            await ForgetSomeAsync(random, model);
            if (sequence % 300 == 0) AssertSame(model, await _fixture.ReopenAsync());
        }

        Assert.True(model.Count > 20);
    }

    [Fact]
    public async Task With_the_memory_driver_nothing_is_kept_and_all_completes_at_once()
    {
        await using var log = new MessageLog(new(null), Options.Create(new LogOptions()), _fixture.Clock, NullLogger<MessageLog>.Instance);
        Assert.Empty((await log.OpenAsync(TestContext.Current.CancellationToken)).Sessions);
        var commit = new TaskWaiter();

        log.Post(log.Rent(), commit);

        Assert.True(commit.Task.IsCompletedSuccessfully);
        Assert.False(log.IsFull);
        Assert.True(log.WaitForRoomAsync(TestContext.Current.CancellationToken).AsTask().IsCompletedSuccessfully);
    }

    private async Task ForgetSomeAsync(Random random, SortedDictionary<(long Session, long Sequence), (string Text, bool Released)> model)
    {
        while (model.Count > 25)
        {
            var key = model.Keys.ElementAt(random.Next(model.Count));
            if (random.Next(3) == 0)
            {
                await _fixture.WriteAsync(group => group.AddReleased(key.Session, key.Sequence));
                model[key] = (model[key].Text, true);
            }
            else
            {
                await _fixture.WriteAsync(group => group.AddDone(key.Session, key.Sequence));
                model.Remove(key);
            }
        }
    }

    private static void AssertSame(SortedDictionary<(long Session, long Sequence), (string Text, bool Released)> model, LogState state)
    {
        var found = state.Sessions.OrderBy(s => s.Key).SelectMany(s => s.Value.Queued.Select(q =>
            (s.Key, q.Sequence, System.Text.Encoding.UTF8.GetString(q.Message.Payload.Span), q.IsReleased)));
        Assert.Equal(model.Select(m => (m.Key.Session, m.Key.Sequence, m.Value.Text, m.Value.Released)), found);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();
}
