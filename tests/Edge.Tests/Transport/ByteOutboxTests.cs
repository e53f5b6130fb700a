using System.Buffers.Binary;

using Edge.TestKit;
using Edge.Transport;

namespace Edge.Tests.Transport;

public sealed class ByteOutboxTests
{
    private static readonly OutboxLimits Plenty = new(1_000_000, 64 * 1024 * 1024);

    [Fact]
    public void What_a_thread_posts_in_a_batch_goes_out_in_one_send_in_order()
    {
        var peer = new RecordingSender();
        var outbox = new ByteOutbox(peer, Plenty);

        Assert.True(FlushBatch.Enter());
        Assert.False(FlushBatch.Enter());
        for (byte i = 0; i < 100; i++) Assert.True(Post(outbox, [i]));
        Assert.Empty(peer.Sends);
        FlushBatch.Leave();

        Assert.Equal(Enumerable.Range(0, 100).Select(i => (byte)i), Assert.Single(peer.Sends));
    }

    [Fact]
    public void A_bug_in_who_listens_to_one_outbox_keeps_no_others_messages()
    {
        var (gone, peer) = (new RecordingSender { IsGone = true }, new RecordingSender());
        var (failing, healthy) = (new ByteOutbox(gone, Plenty), new ByteOutbox(peer, Plenty));
        failing.PeerGone += () => throw new InvalidOperationException("a bug");

        FlushBatch.Enter();
        Post(failing, [1]);
        Post(healthy, [2]);
        Assert.Throws<InvalidOperationException>(FlushBatch.Leave);

        Assert.Equal([2], Assert.Single(peer.Sends));
        Assert.True(FlushBatch.Enter()); // the next round is as any other
        FlushBatch.Leave();
    }

    [Fact]
    public void A_last_word_goes_out_behind_everything_though_there_is_no_room_and_nothing_comes_behind_it()
    {
        var peer = new RecordingSender();
        var outbox = new ByteOutbox(peer, new(16, 1));
        FlushBatch.Enter();
        Assert.True(Post(outbox, [1]));
        Assert.False(Post(outbox, [2]));

        outbox.Complete([9, 9]);

        Assert.False(Post(outbox, [3]));
        FlushBatch.Leave();
        Assert.Equal([1, 9, 9], peer.Sends.SelectMany(s => s));
    }

    [Fact]
    public void A_batch_that_has_much_for_one_peer_does_not_wait_for_its_end()
    {
        var peer = new RecordingSender();
        var outbox = new ByteOutbox(peer, Plenty);

        FlushBatch.Enter();
        Post(outbox, new byte[40_000]);
        var sent = peer.Sends.Count;
        FlushBatch.Leave();

        Assert.Equal(1, sent);
        Assert.Single(peer.Sends);
    }

    [Fact]
    public void A_batch_of_many_small_messages_does_not_fill_the_outbox_of_a_peer_that_reads()
    {
        var peer = new RecordingSender();
        var outbox = new ByteOutbox(peer, new(10, 1000));

        FlushBatch.Enter();
        for (byte i = 0; i < 100; i++) Assert.True(Post(outbox, [i]));
        FlushBatch.Leave();

        Assert.Equal(Enumerable.Range(0, 100).Select(i => (byte)i), peer.Sends.SelectMany(s => s));
        Assert.InRange(peer.Sends.Count, 10, 20);
    }

    [Fact]
    public async Task Without_a_batch_what_is_posted_goes_out_by_itself()
    {
        var peer = new RecordingSender();
        var outbox = new ByteOutbox(peer, Plenty);

        Post(outbox, [1, 2]);

        Assert.True(await outbox.CompletedAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal([1, 2], Assert.Single(peer.Sends));
    }

    [Fact]
    public void A_peer_that_does_not_read_fills_it_to_the_limit_and_not_beyond()
    {
        var peer = new RecordingSender { IsBlocked = true };
        var outbox = new ByteOutbox(peer, new(1000, 100));

        PostInBatch(outbox, new byte[60]);
        PostInBatch(outbox, new byte[40]);

        Assert.False(Post(outbox, [1]));
        Assert.Equal(100, outbox.PendingBytes);
        Assert.Equal(2, outbox.PendingMessages);
        Assert.True(outbox.IsFilledTo(0.75));
    }

    [Fact]
    public void A_number_of_messages_is_a_limit_too()
    {
        var outbox = new ByteOutbox(new RecordingSender { IsBlocked = true }, new(2, 1000));

        PostInBatch(outbox, [1]);
        PostInBatch(outbox, [2]);

        Assert.False(Post(outbox, [3]));
    }

    [Fact]
    public void A_message_above_the_limit_passes_an_empty_outbox()
    {
        var outbox = new ByteOutbox(new RecordingSender { IsBlocked = true }, new(10, 100));

        PostInBatch(outbox, new byte[500]);

        Assert.Equal(500, outbox.PendingBytes);
        Assert.False(Post(outbox, [1]));
    }

    [Fact]
    public void What_was_posted_while_a_send_was_under_way_goes_out_after_it()
    {
        var peer = new RecordingSender { IsBlocked = true };
        var outbox = new ByteOutbox(peer, Plenty);
        PostInBatch(outbox, [1]);
        PostInBatch(outbox, [2]);
        PostInBatch(outbox, [3]);

        peer.Unblock();

        Assert.Equal([[1], [2, 3]], peer.Sends);
        Assert.Equal(0, outbox.PendingBytes);
        Assert.Equal(0, outbox.PendingMessages);
    }

    [Fact]
    public void Empty_it_holds_no_buffer()
    {
        var peer = new RecordingSender { IsBlocked = true };
        var outbox = new ByteOutbox(peer, Plenty);
        Assert.False(outbox.HoldsBuffer);

        PostInBatch(outbox, [1]);
        Assert.True(outbox.HoldsBuffer);
        peer.Unblock();

        Assert.False(outbox.HoldsBuffer);
    }

    [Fact]
    public void Posting_allocates_nothing()
    {
        var outbox = new ByteOutbox(new NullSender(), Plenty);
        Rounds(1_000);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Rounds(1_000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Rounds(int count)
        {
            for (var round = 0; round < count; round++)
            {
                FlushBatch.Enter();
                for (var i = 0; i < 10; i++) outbox.TryPost(70, round, static (destination, in state) => destination.Fill((byte)state));
                FlushBatch.Leave();
            }
        }
    }

    [Fact]
    public async Task Many_threads_lose_nothing_and_each_keeps_its_order()
    {
        const int threads = 8, messages = 20_000;
        var peer = new RecordingSender { HopsAfter = 7 };
        var outbox = new ByteOutbox(peer, Plenty);

        await Task.WhenAll(Enumerable.Range(0, threads).Select(t => Task.Run(() =>
        {
            for (var i = 0; i < messages; i++)
            {
                var isBatch = i % 3 == 0 && FlushBatch.Enter();
                Assert.True(outbox.TryPost(8, (t, i), static (destination, in state) =>
                {
                    BinaryPrimitives.WriteInt32LittleEndian(destination, state.t);
                    BinaryPrimitives.WriteInt32LittleEndian(destination[4..], state.i);
                }));
                if (isBatch) FlushBatch.Leave();
            }
        })));
        outbox.Complete();
        Assert.True(await outbox.CompletedAsync(TimeSpan.FromSeconds(20)));

        var next = new int[threads];
        foreach (var message in peer.Sends.SelectMany(s => s).Chunk(8))
            Assert.Equal(next[BinaryPrimitives.ReadInt32LittleEndian(message)]++, BinaryPrimitives.ReadInt32LittleEndian(message.AsSpan(4)));
        Assert.All(next, n => Assert.Equal(messages, n));
        Assert.False(outbox.HoldsBuffer);
    }

    [Fact]
    public void A_peer_that_is_gone_is_told_once_and_takes_nothing_more()
    {
        var peer = new RecordingSender { IsGone = true };
        var outbox = new ByteOutbox(peer, Plenty);
        var told = 0;
        outbox.PeerGone += () => told++;

        PostInBatch(outbox, [1]);

        Assert.True(outbox.IsPeerGone);
        Assert.False(Post(outbox, [2]));
        Assert.Equal(1, told);
        Assert.Equal(0, outbox.PendingBytes);
        Assert.False(outbox.HoldsBuffer);
    }

    [Fact]
    public void A_sender_that_throws_is_a_peer_that_is_gone()
    {
        var outbox = new ByteOutbox(new RecordingSender { Throws = true }, Plenty);

        PostInBatch(outbox, [1]);

        Assert.True(outbox.IsPeerGone);
        Assert.IsType<IOException>(outbox.Fault);
    }

    [Fact]
    public async Task Completed_it_takes_nothing_more_and_sends_what_waits()
    {
        var peer = new RecordingSender { IsBlocked = true };
        var outbox = new ByteOutbox(peer, Plenty);
        PostInBatch(outbox, [1]);
        PostInBatch(outbox, [2]);

        outbox.Complete();
        Assert.False(Post(outbox, [3]));
        var completed = outbox.CompletedAsync(TimeSpan.FromSeconds(20));
        peer.Unblock();

        Assert.True(await completed);
        Assert.Equal([[1], [2]], peer.Sends);
    }

    [Fact]
    public async Task Who_waits_for_room_hears_when_there_is()
    {
        var peer = new RecordingSender { IsBlocked = true };
        var outbox = new ByteOutbox(peer, new(1000, 100));
        PostInBatch(outbox, new byte[100]);

        var waiting = outbox.WaitUntilBelowAsync(0.5, TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        peer.Unblock();

        Assert.True(await waiting);
    }

    [Fact]
    public async Task Patience_with_a_slow_peer_ends()
    {
        var clock = new ManualClock();
        var outbox = new ByteOutbox(new RecordingSender { IsBlocked = true }, new(1000, 100), clock);
        PostInBatch(outbox, new byte[100]);

        var room = outbox.WaitUntilBelowAsync(0.5, TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken).AsTask();
        var end = outbox.CompletedAsync(TimeSpan.FromSeconds(5));
        clock.Advance(TimeSpan.FromSeconds(6));

        Assert.False(await room);
        Assert.False(await end);
    }

    private static bool Post(ByteOutbox outbox, byte[] bytes) =>
        outbox.TryPost(bytes.Length, bytes, static (destination, in state) => state.CopyTo(destination));

    private static void PostInBatch(ByteOutbox outbox, byte[] bytes)
    {
        FlushBatch.Enter();
        Assert.True(Post(outbox, bytes));
        FlushBatch.Leave();
    }

    private sealed class NullSender : IByteSender
    {
        public ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel = default) => new(true);
    }

    private sealed class RecordingSender : IByteSender
    {
        private readonly TaskCompletionSource<bool> _blocked = new();
        private int _inside;

        public List<byte[]> Sends { get; } = [];

        public bool IsBlocked { get; set; }

        public bool IsGone { get; init; }

        public bool Throws { get; init; }

        public int HopsAfter { get; init; }

        public async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel = default)
        {
            Assert.Equal(1, Interlocked.Increment(ref _inside));
            if (Throws) throw new IOException("The wire is cut.");
            Sends.Add(bytes.ToArray());
            if (HopsAfter > 0 && Sends.Count % HopsAfter == 0) await Task.Yield();
            Interlocked.Decrement(ref _inside);
            return !IsGone && (!IsBlocked || await _blocked.Task);
        }

        public void Unblock()
        {
            IsBlocked = false;
            _blocked.SetResult(true);
        }
    }
}
