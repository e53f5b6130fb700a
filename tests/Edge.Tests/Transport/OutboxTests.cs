using System.Buffers;
using System.IO.Pipelines;

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

    private static void Write(in byte[] message, IBufferWriter<byte> output) => output.Write(message);
}
