using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Edge.Mqtt.Wire;

/// <summary>CONNECT (MQTT 3.1.1 §3.1).</summary>
internal sealed record ConnectPacket
{
    private const byte CleanSessionFlag = 0x02;
    private const byte WillFlag = 0x04;
    private const byte WillRetainFlag = 0x20;
    private const byte PasswordFlag = 0x40;
    private const byte UserNameFlag = 0x80;

    /// <summary>The protocol level that the client speaks. Where it is not one of ours, nothing behind it was read.</summary>
    public byte Level { get; init; } = (byte)ProtocolVersion.V311;

    public bool IsKnownLevel => Level == (byte)ProtocolVersion.V311;

    public string ClientId { get; init; } = "";

    public bool CleanSession { get; init; } = true;

    /// <summary>In seconds; 0 for none.</summary>
    public ushort KeepAlive { get; init; }

    public MqttMessage? Will { get; init; }

    public string? UserName { get; init; }

    public string? Password { get; init; }

    /// <summary>Reads CONNECT's body.</summary>
    /// <exception cref="MqttProtocolException">It is not a CONNECT of any MQTT.</exception>
    public static ConnectPacket Read(PacketFrame frame)
    {
        var reader = new PacketReader(frame);
        var name = reader.ReadString("protocol name");
        var level = reader.ReadByte("protocol level");

        // MQIsdp is MQTT 3.1: known well enough to be told that it is too old ([MQTT-3.1.2-2]).
        if (name is not ("MQTT" or "MQIsdp")) throw new MqttProtocolException("The protocol name is not MQTT ([MQTT-3.1.2-1]).");
        if (name == "MQIsdp" || level != (byte)ProtocolVersion.V311) return new() { Level = name == "MQIsdp" ? (byte)3 : level };

        var flags = reader.ReadByte("flags");
        CheckFlags(flags);
        var keepAlive = reader.ReadUInt16("keep-alive");
        var packet = new ConnectPacket
        {
            CleanSession = (flags & CleanSessionFlag) != 0,
            KeepAlive = keepAlive,
            ClientId = reader.ReadString("client identifier"),
            Will = (flags & WillFlag) != 0 ? ReadWill(ref reader, flags) : null,
            UserName = (flags & UserNameFlag) != 0 ? reader.ReadString("user name") : null,
            Password = (flags & PasswordFlag) != 0 ? ReadPassword(ref reader) : null,
        };
        reader.ExpectEnd();
        return packet;
    }

    /// <summary>The whole packet as bytes.</summary>
    public byte[] ToBytes()
    {
        var body = new ArrayBufferWriter<byte>(128);
        WriteString(body, "MQTT");
        body.Write([(byte)ProtocolVersion.V311, Flags(), (byte)(KeepAlive >> 8), (byte)KeepAlive]);
        WriteString(body, ClientId);
        if (Will is { } will)
        {
            WriteString(body, will.Topic);
            WriteBytes(body, will.Payload.Span);
        }

        if (UserName is not null) WriteString(body, UserName);
        if (Password is not null) WriteString(body, Password);

        var header = new byte[5];
        var headerLength = PacketFrame.WriteHeader(header, PacketType.Connect, 0, body.WrittenCount);
        return [.. header.AsSpan(0, headerLength), .. body.WrittenSpan];
    }

    /// <summary>Without the password.</summary>
    public override string ToString() => $"CONNECT {ClientId} (user {UserName ?? "none"}, password {(Password is null ? "none" : "given")})";

    private static void CheckFlags(byte flags)
    {
        if ((flags & 0x01) != 0) throw new MqttProtocolException("CONNECT with its reserved flag set ([MQTT-3.1.2-3]).");
        if ((flags & UserNameFlag) == 0 && (flags & PasswordFlag) != 0)
            throw new MqttProtocolException("CONNECT with a password but no user name ([MQTT-3.1.2-22]).");

        var willQoS = flags >> 3 & 3;
        if (willQoS == 3) throw new MqttProtocolException("A will of QoS 3 ([MQTT-3.1.2-14]).");
        if ((flags & WillFlag) == 0 && (willQoS != 0 || (flags & WillRetainFlag) != 0))
            throw new MqttProtocolException("Will flags without a will ([MQTT-3.1.2-13], [MQTT-3.1.2-15]).");
    }

    private static MqttMessage ReadWill(ref PacketReader reader, byte flags)
    {
        var topic = reader.ReadString("will topic");
        var payload = reader.ReadBytes("will message").ToArray();
        return new(topic, payload, (MqttQoS)(flags >> 3 & 3), (flags & WillRetainFlag) != 0);
    }

    // A password may be any bytes; a token is text. Other bytes become text that no token is, and are refused as such.
    private static string ReadPassword(ref PacketReader reader) => Encoding.UTF8.GetString(reader.ReadBytes("password"));

    private byte Flags()
    {
        var flags = CleanSession ? CleanSessionFlag : 0;
        if (Will is { } will) flags |= WillFlag | (byte)will.QoS << 3 | (will.Retain ? WillRetainFlag : 0);
        if (UserName is not null) flags |= UserNameFlag;
        if (Password is not null) flags |= PasswordFlag;
        return (byte)flags;
    }

    private static void WriteString(ArrayBufferWriter<byte> output, string text) => WriteBytes(output, Encoding.UTF8.GetBytes(text));

    private static void WriteBytes(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> bytes)
    {
        BinaryPrimitives.WriteUInt16BigEndian(output.GetSpan(2), checked((ushort)bytes.Length));
        output.Advance(2);
        output.Write(bytes);
    }
}
