using System.Buffers.Binary;
using System.Text;

namespace Edge.Benchmarks.Load;

/// <summary>Packets as bytes, written once; the generator does not use the codec that it measures.</summary>
internal static class Packets
{
    /// <summary>Protocol level of MQTT 5.0.</summary>
    public const int V5 = 5;

    private const ushort KeepAliveSeconds = 600;
    private const uint SessionSeconds = 3600;

    /// <summary>DISCONNECT, the same in both versions.</summary>
    public static ReadOnlySpan<byte> Disconnect => [0xE0, 0x00];

    /// <summary>CONNECT with credentials.</summary>
    /// <param name="version">4 or 5.</param>
    /// <param name="login">Who.</param>
    /// <param name="isPersistent">True for a session that outlives the connection.</param>
    public static byte[] Connect(int version, Login login, bool isPersistent)
    {
        var flags = (byte)(0xC0 | (isPersistent ? 0 : 0x02));
        byte[] properties = version < V5 ? [] : isPersistent ? [5, 17, .. BigEndian(SessionSeconds)] : [0];
        return Packet(0x10, [.. Text("MQTT"), (byte)version, flags, .. BigEndian(KeepAliveSeconds), .. properties,
            .. Text(login.ClientId), .. Text(login.User), .. Text(login.Password)]);
    }

    /// <summary>SUBSCRIBE to one filter.</summary>
    public static byte[] Subscribe(int version, string filter, int qos) =>
        Packet(0x82, [0, 1, .. version < V5 ? Array.Empty<byte>() : [0], .. Text(filter), (byte)qos]);

    /// <summary>PUBLISH with an empty packet identifier and payload, both to be filled in: the payload is the end, the identifier stands before it and the
    /// (empty) properties.</summary>
    public static byte[] Publish(int version, string topic, int qos, int payloadBytes) =>
        Packet((byte)(0x30 | (qos << 1)), [.. Text(topic), .. new byte[qos > 0 ? 2 : 0], .. version < V5 ? Array.Empty<byte>() : [0], .. new byte[payloadBytes]]);

    private static byte[] Packet(byte first, byte[] body) => body.Length < 0x80
        ? [first, (byte)body.Length, .. body]
        : [first, (byte)(body.Length | 0x80), (byte)(body.Length >> 7), .. body];

    private static byte[] Text(string text) => [.. BigEndian((ushort)Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    private static byte[] BigEndian(ushort value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] BigEndian(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }
}

/// <summary>What a client shows in CONNECT.</summary>
internal sealed record Login(string ClientId, string User, string Password);
