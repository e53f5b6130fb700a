using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;

using Edge.TestKit;
using Edge.Transport;

namespace Edge.Tests.Transport;

public sealed class OutboxTests
{
    [Fact]
    public void It_takes_no_more_messages_than_its_limit()
    {
        var outbox = new Outbox<byte[]>(new(Messages: 2, Bytes: 1000));

        Assert.True(outbox.TryPost([1], 1));
        Assert.True(outbox.TryPost([2], 1));
        Assert.False(outbox.TryPost([3], 1));
        Assert.Equal(2, outbox.PendingBytes); // what was not taken is not counted
    }

    [Fact]
    public void It_takes_no_more_bytes_than_its_limit_but_one_large_message_passes_an_empty_one()
    {
        var outbox = new Outbox<byte[]>(new(Messages: 10, Bytes: 100));

        Assert.True(outbox.TryPost([], 500));
        Assert.False(outbox.TryPost([], 1));
    }

    [Fact]
    public async Task Everything_that_waits_goes_out_in_order_and_in_one_flush()
    {
        var (outbox, pipe) = (new Outbox<byte[]>(new(100, 1000)), new Pipe());
        for (byte i = 0; i < 10; i++) outbox.TryPost([i], 1);
        outbox.Complete();

        Assert.True(await outbox.PumpAsync(pipe.Writer, Write));

        var result = await pipe.Reader.ReadAsync();
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (byte)i), result.Buffer.ToArray());
        Assert.Equal(0, outbox.PendingBytes);
    }

    [Fact]
    public async Task Bytes_count_as_waiting_until_the_peer_has_taken_them()
    {
        var outbox = new Outbox<byte[]>(new(100, 1000));
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 10, resumeWriterThreshold: 5));
        outbox.TryPost(new byte[20], 20);

        var pumping = outbox.PumpAsync(pipe.Writer, Write);
        var result = await pipe.Reader.ReadAsync();
        Assert.Equal(20, outbox.PendingBytes);
        pipe.Reader.AdvanceTo(result.Buffer.End);
        outbox.Complete();

        Assert.True(await pumping);
        Assert.Equal(0, outbox.PendingBytes);
    }

    [Fact]
    public async Task The_pump_says_when_the_peer_reads_no_more()
    {
        var (outbox, pipe) = (new Outbox<byte[]>(new(100, 1000)), new Pipe());
        await pipe.Reader.CompleteAsync();
        outbox.TryPost([1], 1);

        Assert.False(await outbox.PumpAsync(pipe.Writer, Write));
    }

    [Fact]
    public async Task A_sender_of_much_waits_until_there_is_room()
    {
        var outbox = new Outbox<byte[]>(new(4, 1000));
        var pipe = new Pipe();
        for (var i = 0; i < 4; i++) outbox.TryPost([1], 1);
        var waiting = outbox.WaitUntilBelowAsync(0.5).AsTask();
        Assert.False(waiting.IsCompleted);

        var pumping = outbox.PumpAsync(pipe.Writer, Write);

        await waiting.WaitAsync(TimeSpan.FromSeconds(20));
        outbox.Complete();
        await pumping;
    }

    [Fact]
    public async Task A_waiting_sender_is_released_when_the_pump_ends()
    {
        var outbox = new Outbox<byte[]>(new(2, 1000));
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        using var stop = new CancellationTokenSource();
        outbox.TryPost([1], 1);
        outbox.TryPost([2], 1);
        var pumping = outbox.PumpAsync(pipe.Writer, Write, stop.Token);
        outbox.TryPost([3], 1);
        outbox.TryPost([4], 1);
        var waiting = outbox.WaitUntilBelowAsync(0.5).AsTask();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pumping);
        await waiting.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task What_a_thread_posts_in_a_batch_goes_out_at_its_end_on_that_thread_in_one_flush()
    {
        var (outbox, sink) = (new Outbox<byte[]>(new(100, 1000)), new RecordingSink());
        var pumping = outbox.PumpAsync(sink);

        Assert.True(FlushBatch.Enter());
        for (byte i = 0; i < 10; i++) Assert.True(outbox.TryPost([i], 1));
        Assert.Empty(sink.Flushes);
        FlushBatch.Leave();

        Assert.Equal(Enumerable.Range(0, 10).Select(i => (byte)i), Assert.Single(sink.Flushes));
        outbox.Complete();
        Assert.True(await pumping);
    }

    [Fact]
    public async Task What_is_posted_outside_of_a_batch_does_not_wait_for_anybody()
    {
        var (outbox, sink) = (new Outbox<byte[]>(new(100, 1000)), new RecordingSink());
        var pumping = outbox.PumpAsync(sink);

        outbox.TryPost([7], 1);

        await Eventually.HoldsAsync(() => outbox.PendingBytes == 0);
        Assert.Equal([7], Assert.Single(sink.Flushes));
        outbox.Complete();
        Assert.True(await pumping);
    }

    [Fact]
    public async Task Much_for_a_peer_that_reads_fills_no_outbox_within_a_batch()
    {
        var (outbox, sink) = (new Outbox<byte[]>(new(10, 1000)), new RecordingSink());
        var pumping = outbox.PumpAsync(sink);

        await Task.Run(() =>
        {
            FlushBatch.Enter();
            for (var i = 0; i < 6; i++) Assert.True(outbox.TryPost([1], 1));
            Assert.True(SpinWait.SpinUntil(() => outbox.PendingMessages == 0, TimeSpan.FromSeconds(20)));
            FlushBatch.Leave();
        });

        outbox.Complete();
        Assert.True(await pumping);
    }

    [Fact]
    public async Task Many_threads_lose_nothing_and_each_keeps_its_order()
    {
        const int threads = 8, messages = 20_000;
        var (outbox, sink) = (new Outbox<byte[]>(new(threads * messages, long.MaxValue)), new RecordingSink { HopsAfter = 7 });
        var pumping = outbox.PumpAsync(sink);

        await Task.WhenAll(Enumerable.Range(0, threads).Select(t => Task.Run(() =>
        {
            for (var i = 0; i < messages; i++)
            {
                var isBatch = i % 3 == 0 && FlushBatch.Enter();
                var message = new byte[8];
                BinaryPrimitives.WriteInt32LittleEndian(message, t);
                BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(4), i);
                Assert.True(outbox.TryPost(message, 8));
                if (isBatch) FlushBatch.Leave();
            }
        })));
        outbox.Complete();

        Assert.True(await pumping.WaitAsync(TimeSpan.FromSeconds(30)));
        var next = new int[threads];
        foreach (var message in sink.Flushes.SelectMany(s => s).Chunk(8))
            Assert.Equal(next[BinaryPrimitives.ReadInt32LittleEndian(message)]++, BinaryPrimitives.ReadInt32LittleEndian(message.AsSpan(4)));
        Assert.All(next, n => Assert.Equal(messages, n));
        Assert.Equal(0, outbox.PendingBytes);
    }

    private static void Write(in byte[] message, IBufferWriter<byte> output) => output.Write(message);

    private sealed class RecordingSink : IOutboxSink<byte[]>
    {
        private readonly List<byte> _put = [];
        private int _flushes;

        public List<byte[]> Flushes { get; } = [];

        /// <summary>Every so many flushes one goes on on another thread; 0 for none.</summary>
        public int HopsAfter { get; init; }

        public void Put(in byte[] message) => _put.AddRange(message);

        public async ValueTask<bool> FlushAsync(CancellationToken cancel)
        {
            Flushes.Add([.. _put]);
            _put.Clear();
            if (HopsAfter > 0 && ++_flushes % HopsAfter == 0) await Task.Yield();
            return true;
        }
    }
}
