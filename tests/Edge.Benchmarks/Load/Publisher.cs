using System.Buffers.Binary;
using System.Diagnostics;

namespace Edge.Benchmarks.Load;

/// <summary>
/// Publishes with a window: at most so many messages are on their way, counted until every receiver has them and the server has acknowledged them.
/// The payload carries the publisher's number and the time of sending.
/// </summary>
internal sealed class Publisher : MqttPeer
{
    private const byte PubAck = 0x40;

    private readonly byte[] _packet;
    private readonly Traffic _traffic;
    private readonly int _index;
    private readonly int _payloadAt;
    private readonly int _idAt;
    private long _delivered;
    private long _acknowledged;
    private ushort _packetId;

    public Publisher(ClientSetup setup, int index, string topic, Traffic traffic)
        : base(setup)
    {
        (_index, _traffic) = (index, traffic);
        _packet = Packets.Publish(setup.Version, topic, traffic.QoS, Payload.Bytes);
        _payloadAt = _packet.Length - Payload.Bytes;
        _idAt = _payloadAt - (setup.Version == Packets.V5 ? 1 : 0) - 2;
        BinaryPrimitives.WriteInt32LittleEndian(_packet.AsSpan(_payloadAt), index);
    }

    /// <summary>How many it has sent.</summary>
    public long Sent { get; private set; }

    /// <summary>How many may be on their way; 0 stops it.</summary>
    public int Window { get; set; }

    /// <summary>Messages that have not arrived everywhere yet.</summary>
    public long Outstanding => Sent - Math.Min(_delivered / _traffic.Receivers, _traffic.QoS > 0 ? _acknowledged : long.MaxValue);

    /// <summary>A receiver has one.</summary>
    public void OnDelivered()
    {
        _delivered++;
        if (Outstanding < Window) Wake();
    }

    /// <summary>Gives up what is on its way, so that the window opens again.</summary>
    public void WriteOff()
    {
        (_delivered, _acknowledged) = (Sent * _traffic.Receivers, Sent);
        Wake();
    }

    /// <summary>Sends one message, whatever the window.</summary>
    public void PublishOne()
    {
        var packet = Post(_packet.Length);
        _packet.CopyTo(packet);
        if (_traffic.QoS > 0) BinaryPrimitives.WriteUInt16BigEndian(packet[_idAt..], NextId());
        if (_traffic.Latencies is not null) BinaryPrimitives.WriteInt64LittleEndian(packet[(_payloadAt + Payload.TimeAt)..], Stopwatch.GetTimestamp());
        Sent++;
    }

    /// <inheritdoc/>
    public override string ToString() => $"publisher {_index}";

    protected override void Fill()
    {
        if (!IsReady) return;
        while (Outstanding < Window) PublishOne();
    }

    protected override void OnMessage(byte first, ReadOnlySpan<byte> body)
    {
        if (first != PubAck) return;
        _acknowledged++;
        if (Outstanding < Window) Wake();
    }

    private ushort NextId() => _packetId = _packetId == ushort.MaxValue ? (ushort)1 : (ushort)(_packetId + 1);
}

/// <summary>Where things stand in a payload.</summary>
internal static class Payload
{
    /// <summary>How long a payload is.</summary>
    public const int Bytes = 64;

    /// <summary>Where the time of sending stands, after the publisher's number.</summary>
    public const int TimeAt = 4;
}
