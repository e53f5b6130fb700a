using System.Net.Sockets;
using System.Text;

using Edge.Mqtt;
using Edge.Mqtt.Client;
using Edge.Mqtt.Wire;
using Edge.TestKit;

namespace Edge.Conformance.Mqtt.Crowds;

/// <summary>One client that takes more than its share, on real sockets.</summary>
public sealed class FloodTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TempFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MqttQoS.AtMostOnce)]
    [InlineData(MqttQoS.AtLeastOnce)]
    public async Task A_flooder_is_held_back_by_its_own_socket_while_others_are_served(MqttQoS qos)
    {
        await using var broker = await SocketBroker.StartAsync(_folder.Path, "rateLimit:messagesPerSecond=1", "rateLimit:burst=100");
        await using var other = await broker.ConnectAsync("other", Cancel);
        await other.SubscribeAsync("other", MqttQoS.AtLeastOnce, Cancel);
        var (flooder, _) = await broker.EnterAsync("flooder", isPersistent: false, Cancel);
        using (flooder)
        {
            Assert.True(IsPushedBack(flooder, Publish("flood", 1000, qos)), "The broker takes whatever comes.");
            for (var i = 0; i < 50; i++)
            {
                await other.PublishAsync(new("other", Encoding.UTF8.GetBytes($"{i}"), MqttQoS.AtLeastOnce), Cancel).WaitAsync(Patience, Cancel);
                Assert.Equal($"{i}", await NextAsync(other));
            }

            Assert.InRange(Assert.Single(broker.Host.Sessions.Connected("flooder")).Statistics.MessagesIn, 100, 200);
        }
    }

    [Fact]
    public async Task A_client_that_reads_nothing_loses_QoS_0_which_is_counted_and_others_lose_nothing()
    {
        const int Messages = 40_000, Bytes = 1000;
        await using var broker = await SocketBroker.StartAsync(
            _folder.Path, "rateLimit:messagesPerSecond=1000000", "rateLimit:burst=1000000", "slowConsumerMilliseconds=100");
        var (sleeper, _) = await broker.EnterAsync("sleeper", isPersistent: false, Cancel);
        using var socket = sleeper;
        sleeper.ReceiveBufferSize = 64 * 1024; // else this machine's kernel decides how much it keeps
        await sleeper.SendAsync(new SubscribePacket(1, [new("bulk", MqttQoS.AtMostOnce)]).ToBytes(ProtocolVersion.V311), Cancel);
        await using var reader = await broker.ConnectAsync("reader", Cancel);
        await reader.SubscribeAsync("bulk", MqttQoS.AtMostOnce, Cancel);
        await Eventually.HoldsAsync(() => broker.Host.Sessions.Connected("sleeper").Single().Statistics.Subscriptions == 1);

        var reading = ReadAsync(reader, Messages);
        await using var publisher = await broker.ConnectAsync("publisher", Cancel);
        for (var i = 0; i < Messages; i++) await publisher.PublishAsync(new("bulk", new byte[Bytes]), Cancel);
        await reading.WaitAsync(Patience, Cancel);

        var dropped = Assert.Single(broker.Host.Sessions.Connected("sleeper")).Statistics.Dropped;
        // What the broker and the kernel keep for it is a part of what was sent, however much that is.
        Assert.InRange(dropped, Messages / 2, Messages - 1);
        var suback = await CountAsync(sleeper, 5);
        var kept = await CountAsync(sleeper, (Messages - dropped) * Publish("bulk", Bytes, MqttQoS.AtMostOnce).Length);
        Assert.Equal((5, (Messages - dropped) * Publish("bulk", Bytes, MqttQoS.AtMostOnce).Length), (suback, kept)); // neither more nor less
    }

    public void Dispose() => _folder.Dispose();

    // True where the socket takes nothing for a second, long before all memory is used up.
    private static bool IsPushedBack(Socket socket, byte[] message)
    {
        const long MostBytes = 256L * 1024 * 1024;
        byte[] block = [.. Enumerable.Repeat(message, 64).SelectMany(m => m)];
        socket.Blocking = false;
        for (var (sent, at) = (0L, 0); sent < MostBytes;)
        {
            if (!socket.Poll(TimeSpan.FromSeconds(1), SelectMode.SelectWrite)) return true;
            var count = socket.Send(block.AsSpan(at), SocketFlags.None, out _);
            (sent, at) = (sent + count, (at + count) % block.Length);
        }

        return false;
    }

    private static byte[] Publish(string topic, int bytes, MqttQoS qos) => PublishWriter.ToBytes(
        new(Encoding.UTF8.GetBytes(topic), [], new byte[bytes]), new(qos, false, false, qos == MqttQoS.AtMostOnce ? (ushort)0 : (ushort)1, ProtocolVersion.V311));

    private static async Task ReadAsync(MqttClient client, int messages)
    {
        for (var i = 0; i < messages; i++) await client.Messages.ReadAsync(Cancel);
    }

    private static async Task<long> CountAsync(Socket socket, long bytes)
    {
        var (buffer, have) = (new byte[64 * 1024], 0L);
        while (have < bytes)
        {
            var count = await socket.ReceiveAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, bytes - have)), Cancel).AsTask().WaitAsync(Patience, Cancel);
            if (count == 0) break;
            have += count;
        }

        return have;
    }

    private static async Task<string> NextAsync(MqttClient client) =>
        Encoding.UTF8.GetString((await client.Messages.ReadAsync(Cancel).AsTask().WaitAsync(Patience, Cancel)).Payload.Span);
}
