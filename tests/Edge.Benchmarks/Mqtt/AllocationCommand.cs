using System.CommandLine;
using System.IO.Pipelines;
using System.Net;

using Edge.Benchmarks.Load;
using Edge.Benchmarks.Mqtt.Servers;
using Edge.Identity.Tokens;
using Edge.Transport;

namespace Edge.Benchmarks.Mqtt;

/// <summary><c>mqtt-alloc</c>: bytes that the broker allocates for each message in steady state, over links in memory.</summary>
internal static class AllocationCommand
{
    private const int Chunk = 20;
    private const int Chunks = 20_000;

    /// <summary>The command as the command line knows it.</summary>
    public static Command Create()
    {
        var command = new Command("mqtt-alloc", "Measures what the broker allocates for each QoS 0 message in steady state, and fails where that is not nothing.");
        command.SetAction(async (_, _) =>
        {
            var isClean = true;
            foreach (var version in (int[])[4, 5])
            {
                foreach (var subscribers in (int[])[1, 20])
                {
                    var bytes = await MeasureAsync(version, subscribers);
                    Console.Out.WriteLine($"MQTT {MqttTrial.VersionName(version)}, 1 → {subscribers,2}: {bytes:N3} bytes a message");
                    isClean &= bytes < 1;
                }
            }

            return isClean ? 0 : 1;
        });
        return command;
    }

    private static async Task<double> MeasureAsync(int version, int subscribers)
    {
        var folder = Directory.CreateTempSubdirectory("edge-bench-").FullName;
        try
        {
            await using var host = await BrokerHost.StartAsync(folder);
            var links = new List<MemoryLink>();
            for (var i = 0; i < subscribers; i++) links.Add(MemoryLink.Open(host, version, $"subscriber-{i}", TopicAccess.Read));
            var publisher = MemoryLink.Open(host, version, "publisher", TopicAccess.Write);
            var packet = Packets.Publish(version, MemoryLink.Topic, 0, Payload.Bytes);
            byte[] chunk = [.. Enumerable.Repeat(packet, Chunk).SelectMany(p => p)];

            Send(links, publisher, chunk, Chunks); // caches fill, code is compiled
            var before = GC.GetTotalAllocatedBytes(precise: true);
            Send(links, publisher, chunk, Chunks);
            return (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)(Chunks * Chunk);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // A chunk goes out when the last has arrived everywhere: nothing waits, nothing is dropped.
    private static void Send(List<MemoryLink> subscribers, MemoryLink publisher, byte[] chunk, int count)
    {
        for (var i = 0; i < count; i++)
        {
            publisher.Send(chunk);
            foreach (var subscriber in subscribers) subscriber.Output.Await(chunk.Length);
        }
    }

    /// <summary>A client in memory; the broker reads inline, inside a batch, as it does on the thread that waits for sockets.</summary>
    private sealed class MemoryLink(PipeWriter input)
    {
        public const string Topic = "bench/1/telemetry";

        private static readonly PipeOptions Inline = new(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false);

        public CountingSender Output { get; } = new();

        public static MemoryLink Open(BrokerHost host, int version, string name, TopicAccess access)
        {
            var pipe = new Pipe(Inline);
            var link = new MemoryLink(pipe.Writer);
            var token = host.Tokens.Issue(name, name, [new(access, "bench/#")]).Value;
            _ = host.Broker.ServeAsync(new(pipe.Reader, link.Output, new() { Name = "memory" }), new IPEndPoint(IPAddress.Loopback, 1), CancellationToken.None);
            link.Send(Packets.Connect(version, new(name, name, token), isPersistent: false));
            link.Output.AwaitAnswer();
            if (access != TopicAccess.Read) return link;

            link.Send(Packets.Subscribe(version, Topic, 0));
            link.Output.AwaitAnswer();
            return link;
        }

        public void Send(byte[] bytes)
        {
            var isOpened = FlushBatch.Enter();
            var written = input.WriteAsync(bytes);
            if (isOpened) FlushBatch.Leave();
            if (!written.IsCompletedSuccessfully) written.AsTask().GetAwaiter().GetResult();
        }
    }

    /// <summary>Takes everything at once and counts it.</summary>
    private sealed class CountingSender : IByteSender
    {
        private readonly object _gate = new();
        private long _bytes;

        public ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel = default)
        {
            lock (_gate)
            {
                _bytes += bytes.Length;
                Monitor.Pulse(_gate);
            }

            return new(true);
        }

        public void AwaitAnswer()
        {
            lock (_gate)
            {
                Await(1);
                _bytes = 0;
            }
        }

        public void Await(int bytes)
        {
            lock (_gate)
            {
                while (_bytes < bytes)
                {
                    if (!Monitor.Wait(_gate, TimeSpan.FromSeconds(30))) throw new IOException("The broker does not deliver.");
                }

                _bytes -= bytes;
            }
        }
    }
}
