using System.Globalization;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;

using Edge.Mqtt;
using Edge.Mqtt.Wire;

namespace Edge.Conformance.Mqtt;

/// <summary>One client of a scene of MQTT 3.1.1: turns its lines into packets, and packets into lines.</summary>
internal sealed class ScriptActor(TcpClient client, string name, string token) : IScriptActor
{
    private readonly PipeReader _input = PipeReader.Create(client.GetStream());

    /// <inheritdoc/>
    public async Task<string?> PlayAsync(string verb, string what)
    {
        switch (verb)
        {
            case ">":
                await client.GetStream().WriteAsync(Encode(what));
                return null;
            case "<":
                var heard = await HearAsync();
                return heard == what ? null : heard;
            case "x":
                client.Close();
                return null;
            default:
                return $"\"{verb}\", which is none of > < x";
        }
    }

    public void Dispose() => client.Dispose();

    private byte[] Encode(string what)
    {
        var words = what.Split(' ');
        var number = words.Length > 1 && ushort.TryParse(words[1], CultureInfo.InvariantCulture, out var id) ? id : (ushort)0;
        return words[0] switch
        {
            "hex" => Convert.FromHexString(string.Concat(words.Skip(1))),
            "CONNECT" => Connect(words),
            "PUBLISH" => Publish(words),
            "SUBSCRIBE" => new SubscribePacket(number, [.. words.Skip(2).Select(Entry)]).ToBytes(ProtocolVersion.V311),
            "UNSUBSCRIBE" => new UnsubscribePacket(number, words[2..]).ToBytes(ProtocolVersion.V311),
            "PINGREQ" => [0xC0, 0],
            "DISCONNECT" => [0xE0, 0],
            _ => new AckPacket(Enum.Parse<PacketType>(words[0], ignoreCase: true), number).ToBytes(ProtocolVersion.V311),
        };
    }

    private byte[] Connect(string[] words)
    {
        var will = words.FirstOrDefault(w => w.StartsWith("will=", StringComparison.Ordinal))?[5..].Split(':');
        return new ConnectPacket
        {
            ClientId = words.Contains("unnamed") ? "" : name,
            CleanSession = !words.Contains("persistent"),
            UserName = name,
            Password = words.Contains("no-password") ? null : token,
            Will = will is null ? null : new(will[0], Encoding.UTF8.GetBytes(will[1]), MqttQoS.AtLeastOnce, words.Contains("will-retain")),
        }.ToBytes();
    }

    private static byte[] Publish(string[] words) => PublishWriter.ToBytes(
        new(Encoding.UTF8.GetBytes(words[1]), [], Encoding.UTF8.GetBytes(words[2].Trim('"'))),
        new((MqttQoS)Option(words, "qos="), words.Contains("retain"), words.Contains("dup"), (ushort)Option(words, "id="), ProtocolVersion.V311));

    private static int Option(string[] words, string key) =>
        words.FirstOrDefault(w => w.StartsWith(key, StringComparison.Ordinal)) is { } word ? int.Parse(word[key.Length..], CultureInfo.InvariantCulture) : 0;

    // a/b:1 is the filter a/b at QoS 1.
    private static SubscribeEntry Entry(string word) => new(word[..word.LastIndexOf(':')], (MqttQoS)(word[^1] - '0'));

    private async Task<string> HearAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            while (true)
            {
                var result = await _input.ReadAsync(patience.Token);
                var buffer = result.Buffer;
                if (PacketFrame.TryRead(ref buffer, int.MaxValue, out var frame))
                {
                    var text = Describe(frame);
                    _input.AdvanceTo(buffer.Start);
                    return text;
                }

                _input.AdvanceTo(buffer.Start, buffer.End);
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

    private static string Describe(PacketFrame frame) => frame.Type switch
    {
        PacketType.ConnAck => ConnAckPacket.Read(frame, ProtocolVersion.V311) is var ack ? $"CONNACK {ConnAckPacket.ReturnCodeOf(ack.Reason)}{(ack.SessionPresent ? " present" : "")}" : "",
        PacketType.Publish => Describe(PublishPacket.Read(frame, ProtocolVersion.V311, PacketSender.Server)),
        PacketType.SubAck => SubAckPacket.Read(frame, ProtocolVersion.V311) is var ack ? $"SUBACK {ack.PacketId} {string.Join(' ', ack.Reasons.Select(r => (byte)r))}" : "",
        PacketType.PingResp => "PINGRESP",
        PacketType.UnsubAck => $"UNSUBACK {UnsubAckPacket.Read(frame, ProtocolVersion.V311).PacketId}",
        _ => $"{frame.Type.ToString().ToUpperInvariant()} {AckPacket.Read(frame, ProtocolVersion.V311).PacketId}",
    };

    private static string Describe(PublishPacket packet) =>
        $"PUBLISH {PublishPacket.DecodeTopic(packet.Topic.Span)} \"{Encoding.UTF8.GetString(packet.Payload.Span)}\"" +
        (packet.QoS > 0 ? $" qos={(int)packet.QoS} id={packet.PacketId}" : "") + (packet.Retain ? " retain" : "") + (packet.IsDuplicate ? " dup" : "");
}
