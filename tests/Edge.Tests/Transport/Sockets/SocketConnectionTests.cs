using System.Buffers;
using System.Net;
using System.Net.Sockets;

using Edge.TestKit;
using Edge.Transport.Sockets;

using Microsoft.AspNetCore.Connections;

namespace Edge.Tests.Transport.Sockets;

/// <summary>What a connection does, on both implementations.</summary>
public sealed class SocketConnectionTests
{
    [Theory, InlineData(false), InlineData(true)]
    public async Task What_is_sent_comes_back_from_the_peers_address(bool isPortable)
    {
        EndPoint? remote = null;
        await using var bench = new SocketBench(c => { remote = c.Remote; return SocketBench.EchoAsync(c); }, isPortable);
        var client = await bench.ConnectAsync();

        await client.SendAsync(new byte[] { 1, 2, 3 }, Cancel);

        Assert.Equal([1, 2, 3], await SocketBench.ReceiveAsync(client, 3));
        Assert.Equal(client.LocalEndPoint, remote);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Megabytes_come_through_whole(bool isPortable)
    {
        await using var bench = new SocketBench(SocketBench.EchoAsync, isPortable);
        var client = await bench.ConnectAsync();
        var bytes = new byte[5_000_000];
        new Random(7).NextBytes(bytes);

        var sending = client.SendAsync(bytes, Cancel).AsTask();
        var back = await SocketBench.ReceiveAsync(client, bytes.Length);

        await sending;
        Assert.True(bytes.AsSpan().SequenceEqual(back));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_message_is_read_whole_wherever_it_is_split(bool isPortable)
    {
        const int length = 40;
        var messages = new List<byte[]>();
        await using var bench = new SocketBench(c => ReadMessagesAsync(c, length, m => messages.Add(m)), isPortable);
        var bytes = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();

        for (var split = 1; split < length; split++)
        {
            var client = await bench.ConnectAsync();
            await client.SendAsync(bytes.AsMemory(0, split), Cancel);
            await client.SendAsync(bytes.AsMemory(split), Cancel);
            Assert.Equal([42], await SocketBench.ReceiveAsync(client, 1));
            client.Dispose();
        }

        Assert.Equal(length - 1, messages.Count);
        Assert.All(messages, m => Assert.Equal(bytes, m));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_message_larger_than_every_buffer_grows_until_it_is_whole(bool isPortable)
    {
        const int length = 700_000;
        var received = new TaskCompletionSource<byte[]>();
        await using var bench = new SocketBench(c => ReadMessagesAsync(c, length, received.SetResult), isPortable);
        var bytes = new byte[length];
        new Random(7).NextBytes(bytes);
        var client = await bench.ConnectAsync();

        await client.SendAsync(bytes, Cancel);

        var got = await received.Task.WaitAsync(Patience, Cancel);
        Assert.True(bytes.AsSpan().SequenceEqual(got));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_peer_that_closes_its_half_still_gets_the_answer(bool isPortable)
    {
        await using var bench = new SocketBench(async c =>
        {
            var result = await c.Input.ReadAsync();
            while (!result.IsCompleted)
            {
                c.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                result = await c.Input.ReadAsync();
            }

            await c.Output.SendAsync(result.Buffer.ToArray());
        }, isPortable);
        var client = await bench.ConnectAsync();

        await client.SendAsync(new byte[] { 1, 2, 3 }, Cancel);
        client.Shutdown(SocketShutdown.Send);

        Assert.Equal([1, 2, 3], await SocketBench.ReceiveAsync(client, 3));
        Assert.Equal(0, await client.ReceiveAsync(new byte[1], Cancel));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_reset_by_the_peer_ends_the_read_with_an_error(bool isPortable)
    {
        var ended = new TaskCompletionSource<Exception?>();
        await using var bench = new SocketBench(async c => ended.SetResult(await Record.ExceptionAsync(() => c.Input.ReadAsync().AsTask())), isPortable);
        var client = await bench.ConnectAsync();

        client.LingerState = new(true, 0);
        client.Dispose();

        Assert.IsType<ConnectionResetException>(await ended.Task.WaitAsync(Patience, Cancel));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Abort_ends_the_read_at_once_and_resets_the_peer(bool isPortable)
    {
        var (opened, ended) = (new TaskCompletionSource<SocketConnection>(), new TaskCompletionSource<Exception?>());
        await using var bench = new SocketBench(async c =>
        {
            opened.SetResult(c);
            ended.SetResult(await Record.ExceptionAsync(() => c.Input.ReadAsync().AsTask()));
        }, isPortable);
        var client = await bench.ConnectAsync();

        (await opened.Task).Abort();

        Assert.IsType<ConnectionAbortedException>(await ended.Task.WaitAsync(Patience, Cancel));
        var error = await Assert.ThrowsAsync<SocketException>(() => client.ReceiveAsync(new byte[1], Cancel).AsTask());
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
        Assert.False(await (await opened.Task).Output.SendAsync(new byte[1], Cancel));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_pending_read_can_be_called_off_and_reading_goes_on(bool isPortable)
    {
        var opened = new TaskCompletionSource<SocketConnection>();
        var cancelled = new TaskCompletionSource<bool>();
        await using var bench = new SocketBench(async c =>
        {
            opened.SetResult(c);
            var result = await c.Input.ReadAsync();
            c.Input.AdvanceTo(result.Buffer.End);
            cancelled.SetResult(result.IsCanceled);
            await SocketBench.EchoAsync(c);
        }, isPortable);
        var client = await bench.ConnectAsync();

        (await opened.Task).Input.CancelPendingRead();
        Assert.True(await cancelled.Task.WaitAsync(Patience, Cancel));
        await client.SendAsync(new byte[] { 9 }, Cancel);

        Assert.Equal([9], await SocketBench.ReceiveAsync(client, 1));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_token_ends_a_read_that_waits(bool isPortable)
    {
        using var source = new CancellationTokenSource();
        var (opened, ended) = (new TaskCompletionSource(), new TaskCompletionSource<Exception?>());
        await using var bench = new SocketBench(async c =>
        {
            var reading = c.Input.ReadAsync(source.Token).AsTask();
            opened.SetResult();
            ended.SetResult(await Record.ExceptionAsync(() => reading));
        }, isPortable);
        await bench.ConnectAsync();

        await opened.Task;
        await source.CancelAsync();

        Assert.IsAssignableFrom<OperationCanceledException>(await ended.Task.WaitAsync(Patience, Cancel));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task What_was_sent_before_the_end_arrives_before_the_end(bool isPortable)
    {
        var bytes = new byte[300_000];
        new Random(7).NextBytes(bytes);
        await using var bench = new SocketBench(async c => Assert.True(await c.Output.SendAsync(bytes)), isPortable);
        var client = await bench.ConnectAsync();

        var got = await SocketBench.ReceiveAsync(client, bytes.Length);

        Assert.True(bytes.AsSpan().SequenceEqual(got));
        Assert.Equal(0, await client.ReceiveAsync(new byte[1], Cancel));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Nothing_that_a_peer_does_not_read_is_lost_once_it_reads(bool isPortable)
    {
        const int pieces = 200;
        var sent = 0;
        await using var bench = new SocketBench(async c =>
        {
            for (; sent < pieces; sent++) Assert.True(await c.Output.SendAsync(Enumerable.Repeat((byte)sent, 64 * 1024).ToArray()));
        }, isPortable);
        var client = await bench.ConnectAsync(receiveBuffer: 8 * 1024);

        await Eventually.HoldsAsync(() => sent > 0);
        for (var i = 0; i < pieces; i++) Assert.All(await SocketBench.ReceiveAsync(client, 64 * 1024), b => Assert.Equal((byte)i, b));
        Assert.Equal(0, await client.ReceiveAsync(new byte[1], Cancel));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_bug_in_the_service_is_logged_and_closes_the_connection(bool isPortable)
    {
        await using var bench = new SocketBench(_ => throw new InvalidDataException("Oops."), isPortable);
        var client = await bench.ConnectAsync();

        Assert.Equal(0, await client.ReceiveAsync(new byte[1], Cancel));
        await Eventually.HoldsAsync(() => bench.Log.Lines.Any(l => l.Text.Contains("Oops.", StringComparison.Ordinal)));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static TimeSpan Patience => TimeSpan.FromSeconds(20);

    private static async Task ReadMessagesAsync(SocketConnection connection, int length, Action<byte[]> received)
    {
        while (true)
        {
            var result = await connection.Input.ReadAsync();
            var buffer = result.Buffer;
            for (; buffer.Length >= length; buffer = buffer.Slice(length))
            {
                received(buffer.Slice(0, length).ToArray());
                await connection.Output.SendAsync(new byte[] { 42 });
            }

            if (result.IsCompleted) return;
            connection.Input.AdvanceTo(buffer.Start, buffer.End);
        }
    }
}
