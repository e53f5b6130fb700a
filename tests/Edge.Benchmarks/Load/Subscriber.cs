using System.Buffers.Binary;
using System.Diagnostics;

namespace Edge.Benchmarks.Load;

/// <summary>Counts what it is sent, acknowledges it, and tells the publisher.</summary>
internal sealed class Subscriber(ClientSetup setup, Traffic traffic) : MqttPeer(setup)
{
    protected override void OnMessage(byte first, ReadOnlySpan<byte> body)
    {
        if (first >> 4 != 3) return;
        if ((first & 0x06) != 0) Acknowledge(body);

        var payload = body[^Payload.Bytes..];
        traffic.Delivered++;
        traffic.Latencies?.Add(Stopwatch.GetTimestamp() - BinaryPrimitives.ReadInt64LittleEndian(payload[Payload.TimeAt..]));
        if (traffic.Publishers is { } publishers) publishers[BinaryPrimitives.ReadInt32LittleEndian(payload)].OnDelivered();
    }

    private void Acknowledge(ReadOnlySpan<byte> body)
    {
        var id = body.Slice(2 + BinaryPrimitives.ReadUInt16BigEndian(body), 2);
        var answer = Post(4);
        (answer[0], answer[1], answer[2], answer[3]) = (0x40, 0x02, id[0], id[1]);
    }
}

/// <summary>What publishers and subscribers of one measurement share.</summary>
/// <param name="qos">The quality of service.</param>
/// <param name="receivers">How many subscribers get each message.</param>
internal sealed class Traffic(int qos, int receivers)
{
    /// <summary>The quality of service, 0 or 1.</summary>
    public int QoS => qos;

    /// <summary>How many subscribers get each message.</summary>
    public int Receivers => receivers;

    /// <summary>How many messages all subscribers have got.</summary>
    public long Delivered { get; set; }

    /// <summary>The publishers by their numbers; null where nobody waits for deliveries.</summary>
    public Publisher[]? Publishers { get; set; }

    /// <summary>Times from send to receipt in ticks of <see cref="Stopwatch"/>; null where nobody asks.</summary>
    public List<long>? Latencies { get; set; }
}
