using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;

namespace Edge.TestKit.Mqtt;

/// <summary>What a server of MQTT 5.0 says, as a line of text in the form of <see cref="PacketLine"/>, properties in the order in which they come.</summary>
public static class HeardLine
{
    /// <summary>The next packet; <c>closed</c> at the end of the connection.</summary>
    public static async Task<string> ReadAsync(PipeReader input, CancellationToken patience)
    {
        try
        {
            while (true)
            {
                var result = await input.ReadAsync(patience);
                if (TryCut(result.Buffer) is { } length)
                {
                    var line = Of(result.Buffer.Slice(0, length).ToArray());
                    input.AdvanceTo(result.Buffer.GetPosition(length));
                    return line;
                }

                input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                if (result.IsCompleted) return "closed";
            }
        }
        catch (IOException)
        {
            return "closed";
        }
        catch (OperationCanceledException)
        {
            return "nothing";
        }
    }

    /// <summary>Is that what was expected? <c>...</c> at the end stands for whatever comes there.</summary>
    public static bool Fits(string expected, string heard) =>
        expected.EndsWith("...", StringComparison.Ordinal) ? heard.StartsWith(expected[..^3].TrimEnd(), StringComparison.Ordinal) : heard == expected;

    /// <summary>A whole packet as text.</summary>
    public static string Of(byte[] packet)
    {
        ReadOnlySpan<byte> body = packet.AsSpan(1);
        PropertyText.TakeVariable(ref body);
        var type = packet[0] >> 4;
        var name = PacketLine.TypeName(type);
        return name switch
        {
            "PUBLISH" => Publish(packet[0], body),
            "CONNACK" => $"CONNACK 0x{body[1]:x2}{(body[0] == 1 ? " present" : "")}{Properties(body[2..])}",
            "PINGRESP" => name,
            "DISCONNECT" or "AUTH" => name + Reason(body),
            "SUBACK" or "UNSUBACK" => name + Reasons(body),
            _ => $"{name} {BinaryPrimitives.ReadUInt16BigEndian(body)}{Reason(body[2..])}",
        };
    }

    private static long? TryCut(in ReadOnlySequence<byte> buffer)
    {
        var (length, shift, at) = (0L, 0, 1);
        foreach (var digit in buffer.Slice(Math.Min(1, buffer.Length)).ToArray().Take(4))
        {
            at++;
            length |= (long)(digit & 127) << shift;
            shift += 7;
            if (digit < 128) return buffer.Length >= at + length ? at + length : null;
        }

        return null;
    }

    private static string Publish(byte header, ReadOnlySpan<byte> body)
    {
        var topic = PropertyText.TakeText(ref body);
        var qos = header >> 1 & 3;
        var text = new StringBuilder();
        if (qos > 0)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $" qos={qos} id={BinaryPrimitives.ReadUInt16BigEndian(body)}");
            body = body[2..];
        }

        if ((header & 1) != 0) text.Append(" retain");
        if ((header & 8) != 0) text.Append(" dup");
        text.Append(PropertyText.Take(ref body));
        return $"PUBLISH {(topic.Length == 0 ? "-" : topic)} \"{Encoding.UTF8.GetString(body)}\"{text}";
    }

    private static string Properties(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? "" : PropertyText.Take(ref bytes);

    // Success is nothing, or is said.
    private static string Reason(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? "" : $" 0x{bytes[0]:x2}{Properties(bytes[1..])}";

    private static string Reasons(ReadOnlySpan<byte> body)
    {
        var text = new StringBuilder().Append(' ').Append(BinaryPrimitives.ReadUInt16BigEndian(body));
        body = body[2..];
        var properties = PropertyText.Take(ref body);
        foreach (var code in body) text.Append(System.Globalization.CultureInfo.InvariantCulture, $" 0x{code:x2}");
        return text.Append(properties).ToString();
    }
}
