using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

using Edge.TestKit;
using Edge.Transport;
using Edge.Transport.Sockets;
using Edge.Transport.Sockets.Linux;

namespace Edge.Tests.Transport.Sockets;

/// <summary>What is particular to the sockets of our own: threads, buffers, descriptors.</summary>
public sealed class EpollTests
{
    public EpollTests() => Assert.SkipUnless(EpollSet.IsSupported, "There is no epoll here.");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static TimeSpan Patience => TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Reading_stays_on_the_thread_that_waits_for_sockets_and_in_its_batch()
    {
        var threads = new HashSet<string?>();
        var batches = 0;
        await using var bench = new SocketBench(async c =>
        {
            for (var result = await c.Input.ReadAsync(); !result.IsCompleted; result = await c.Input.ReadAsync())
            {
                threads.Add(Thread.CurrentThread.Name);
                if (!FlushBatch.Enter()) batches++;
                c.Input.AdvanceTo(result.Buffer.End);
                await c.Output.SendAsync(new byte[1]);
            }
        });
        var client = await bench.ConnectAsync();

        for (var i = 0; i < 100; i++)
        {
            await client.SendAsync(new byte[1], Cancel);
            await SocketBench.ReceiveAsync(client, 1);
        }

        Assert.Equal("sockets 0", Assert.Single(threads));
        Assert.Equal(100, batches);
    }

    [Fact]
    public async Task A_reader_that_goes_elsewhere_keeps_what_it_holds_while_others_are_served()
    {
        var held = new TaskCompletionSource();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var bench = new SocketBench(async c =>
        {
            var result = await c.Input.ReadAsync();
            if (result.Buffer.FirstSpan[0] == 1)
            {
                held.TrySetResult();
                await release.Task;
            }

            await c.Output.SendAsync(result.Buffer.ToArray());
            c.Input.AdvanceTo(result.Buffer.End);
            await SocketBench.EchoAsync(c);
        });
        var first = await bench.ConnectAsync();
        var sent = Enumerable.Repeat((byte)1, 1000).ToArray();
        await first.SendAsync(sent, Cancel);
        await held.Task.WaitAsync(Patience, Cancel);

        // Enough for others to use up the loop's slab several times.
        var second = await bench.ConnectAsync();
        var other = Enumerable.Repeat((byte)2, 60_000).ToArray();
        for (var i = 0; i < 5; i++)
        {
            await second.SendAsync(other, Cancel);
            Assert.Equal(other, await SocketBench.ReceiveAsync(second, other.Length));
        }

        release.SetResult();
        Assert.Equal(sent, await SocketBench.ReceiveAsync(first, sent.Length));
        await first.SendAsync(new byte[] { 7 }, Cancel);
        Assert.Equal([7], await SocketBench.ReceiveAsync(first, 1));
    }

    [Fact]
    public async Task A_part_held_across_a_change_of_thread_joins_what_comes_next()
    {
        await using var bench = new SocketBench(async c =>
        {
            while (true)
            {
                var result = await c.Input.ReadAsync();
                await Task.Yield(); // off the loop, with its buffer
                var buffer = result.Buffer;
                for (; buffer.Length >= 3; buffer = buffer.Slice(3)) await c.Output.SendAsync(buffer.Slice(0, 3).ToArray());
                if (result.IsCompleted) return;
                c.Input.AdvanceTo(buffer.Start, buffer.End);
            }
        });
        var client = await bench.ConnectAsync();
        var bytes = new byte[3 * 20_000];
        new Random(7).NextBytes(bytes);

        var back = SocketBench.ReceiveAsync(client, bytes.Length);
        for (var at = 0; at < bytes.Length;)
        {
            var count = Math.Min(1 + (at % 997), bytes.Length - at);
            await client.SendAsync(bytes.AsMemory(at, count), Cancel);
            at += count;
        }

        Assert.Equal(bytes, await back);
    }

    [Fact]
    public async Task While_nobody_reads_the_sender_is_held_back_and_nothing_is_lost()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var total = 0L;
        await using var bench = new SocketBench(async c =>
        {
            await go.Task;
            for (var result = await c.Input.ReadAsync(); !result.IsCompleted; result = await c.Input.ReadAsync())
            {
                total += result.Buffer.Length;
                c.Input.AdvanceTo(result.Buffer.End);
            }
        });
        var client = await bench.ConnectAsync();
        var sent = 0L;
        client.Blocking = false;
        while (TrySend(client) is > 0 and var n) sent += n; // until the kernel takes no more

        client.Blocking = true;
        go.SetResult();
        client.Shutdown(SocketShutdown.Send);

        Assert.InRange(sent, 1, 64_000_000);
        Assert.Equal(0, await client.ReceiveAsync(new byte[1], Cancel));
        Assert.Equal(sent, total);
    }

    [Fact]
    public async Task A_slow_peers_outbox_fills_and_drains_without_loss()
    {
        var outbox = new TaskCompletionSource<ByteOutbox>();
        await using var bench = new SocketBench(async c =>
        {
            outbox.SetResult(new ByteOutbox(c.Output, new(1_000_000, 4_000_000)));
            await c.Input.ReadAsync();
        });
        var client = await bench.ConnectAsync(receiveBuffer: 4096);
        var box = await outbox.Task;
        var posted = 0;
        while (box.TryPost(1000, posted, static (to, in i) => to.Fill((byte)i))) posted++;
        Assert.True(box.IsFilledTo(0.9));

        for (var i = 0; i < posted; i++) Assert.All(await SocketBench.ReceiveAsync(client, 1000), b => Assert.Equal((byte)i, b));

        await Eventually.HoldsAsync(() => box.PendingBytes == 0 && !box.HoldsBuffer);
    }

    [Fact]
    public async Task Two_thousand_connections_are_served_at_once_and_leave_no_descriptor()
    {
        const int count = 2000;
        int port;
        await using (var bench = new SocketBench(SocketBench.EchoAsync, options: new() { Loops = 2 }))
        {
            port = bench.Listener.Local.Port;
            var clients = new List<Socket>();
            for (var i = 0; i < count; i++) clients.Add(await bench.ConnectAsync());
            await Eventually.HoldsAsync(() => bench.Listener.Count == count);

            foreach (var client in clients) await client.SendAsync(new byte[] { 5 }, Cancel);
            foreach (var client in clients) Assert.Equal([5], await SocketBench.ReceiveAsync(client, 1));
            foreach (var client in clients) client.Dispose();
            await Eventually.HoldsAsync(() => bench.Listener.Count == 0 && ServerSockets(port) == 1);
        }

        Assert.Equal(0, ServerSockets(port));
    }

    [Fact]
    public async Task Connections_that_end_in_every_way_at_once_leave_no_descriptor()
    {
        int port;
        await using (var bench = new SocketBench(ServeWildlyAsync, options: new() { Loops = 2 }))
        {
            port = bench.Listener.Local.Port;
            await Parallel.ForEachAsync(Enumerable.Range(0, 3000), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Cancel }, async (i, _) =>
            {
                using var client = await bench.ConnectAsync();
                try
                {
                    await client.SendAsync(new byte[] { (byte)(i % 5) }, Cancel);
                    if (i % 3 == 0) client.LingerState = new(true, 0);
                    if (i % 7 != 0) await client.ReceiveAsync(new byte[100], Cancel);
                }
                catch (SocketException)
                {
                    // Reset by the service: one of the ways.
                }
            });
            await Eventually.HoldsAsync(() => bench.Listener.Count == 0);
            Assert.DoesNotContain(bench.Log.Lines, l => l.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
        }

        Assert.Equal(0, ServerSockets(port));
    }

    [Fact]
    public async Task A_peer_that_goes_on_sending_still_reads_our_last_words()
    {
        await using var bench = new SocketBench(async c =>
        {
            await c.Input.ReadAsync();
            await c.Output.SendAsync(new byte[] { 0xE0, 0 }); // and ends, with megabytes unread
        });
        var client = await bench.ConnectAsync();
        for (var i = 0; i < 10; i++) await client.SendAsync(new byte[10_000], Cancel);

        Assert.Equal([0xE0, 0], await SocketBench.ReceiveAsync(client, 2));
        Assert.Equal(0, await client.ReceiveAsync(new byte[1], Cancel));
    }

    [Fact]
    public async Task A_peer_that_does_not_close_in_time_is_closed()
    {
        var clock = new ManualClock();
        await using var bench = new SocketBench(_ => Task.CompletedTask, clock: clock, options: new() { LingerSeconds = 2 });
        var port = bench.Listener.Local.Port;
        var client = await bench.ConnectAsync();
        Assert.Equal(0, await client.ReceiveAsync(new byte[1], Cancel));
        Assert.Equal(2, ServerSockets(port)); // the listener's, and ours that waits

        clock.Advance(TimeSpan.FromSeconds(3));

        await Eventually.HoldsAsync(() => ServerSockets(port) == 1);
    }

    [Fact]
    public async Task One_listener_takes_both_families_and_tells_addresses_as_they_are()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "No IPv6 here.");
        var remotes = new List<EndPoint?>();
        await using var bench = new SocketBench(async c => { remotes.Add(c.Remote); await SocketBench.EchoAsync(c); }, address: IPAddress.IPv6Any);

        foreach (var to in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
        {
            var client = await bench.ConnectAsync(to: to);
            await client.SendAsync(new byte[] { 1 }, Cancel);
            await SocketBench.ReceiveAsync(client, 1);
        }

        Assert.Equal([IPAddress.Loopback, IPAddress.IPv6Loopback], remotes.Cast<IPEndPoint>().Select(r => r.Address));
    }

    [Fact]
    public async Task Stopping_accepts_no_more_and_waits_for_who_is_served()
    {
        await using var bench = new SocketBench(SocketBench.EchoAsync);
        var client = await bench.ConnectAsync();
        await client.SendAsync(new byte[] { 1 }, Cancel);
        await SocketBench.ReceiveAsync(client, 1);

        var stopping = bench.Listener.StopAsync(Cancel);
        await Eventually.HoldsAsync(() => Record.Exception(() => { using var late = new TcpClient("127.0.0.1", bench.Listener.Local.Port); }) is SocketException);
        Assert.False(stopping.IsCompleted);
        client.Dispose();

        await stopping.WaitAsync(Patience, Cancel);
    }

    [Fact]
    public void A_taken_port_is_named()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen(1);
        using var transport = new SocketTransport(new(), TimeProvider.System, new RecordingLogger(), isPortable: false);

        var error = Assert.ThrowsAny<IOException>(() => transport.Listen((IPEndPoint)taken.LocalEndPoint!, SocketBench.EchoAsync));

        Assert.Contains(taken.LocalEndPoint!.ToString()!, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Echoing_allocates_nothing_on_the_thread_that_waits()
    {
        long? allocated = null;
        await using var bench = new SocketBench(async c =>
        {
            var start = 0L;
            for (var i = 0; i < 2000; i++)
            {
                var result = await c.Input.ReadAsync();
                if (i == 1000) start = GC.GetAllocatedBytesForCurrentThread();
                await c.Output.SendAsync(result.Buffer.First);
                c.Input.AdvanceTo(result.Buffer.End);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - start;
        });
        var client = await bench.ConnectAsync();
        var bytes = new byte[64];
        for (var i = 0; i < 2000; i++)
        {
            await client.SendAsync(bytes, Cancel);
            await SocketBench.ReceiveAsync(client, bytes.Length);
        }

        await Eventually.HoldsAsync(() => allocated is not null);
        Assert.Equal(0, allocated);
    }

    private static int TrySend(Socket client)
    {
        try
        {
            return client.Send(new byte[64 * 1024]);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock)
        {
            return 0;
        }
    }

    private static async Task ServeWildlyAsync(SocketConnection connection)
    {
        try
        {
            var result = await connection.Input.ReadAsync();
            switch (result.Buffer.IsEmpty ? 0 : result.Buffer.FirstSpan[0])
            {
                case 0: return;
                case 1:
                    await Task.Yield();
                    connection.Abort();
                    connection.Abort();
                    break;
                case 2:
                    _ = Task.Run(connection.Abort);
                    connection.Input.AdvanceTo(result.Buffer.End);
                    await connection.Input.ReadAsync();
                    break;
                case 3:
                    _ = Task.Run(connection.Abort);
                    while (await connection.Output.SendAsync(new byte[100_000])) await Task.Yield();
                    break;
                default:
                    connection.Input.AdvanceTo(result.Buffer.End);
                    await connection.Output.SendAsync(new byte[100]);
                    await connection.Input.ReadAsync();
                    break;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // Reset by one side or the other.
        }
    }

    // The descriptors of this process that are sockets of a port's own side, so that tests beside this one do not count.
    private static int ServerSockets(int port)
    {
        var end = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        var ours = new[] { "/proc/net/tcp", "/proc/net/tcp6" }.SelectMany(File.ReadLines)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[1].EndsWith(end, StringComparison.Ordinal))
            .Select(fields => $"socket:[{fields[9]}]").ToHashSet();
        return new DirectoryInfo("/proc/self/fd").EnumerateFiles().Count(fd => fd.LinkTarget is { } target && ours.Contains(target));
    }
}
