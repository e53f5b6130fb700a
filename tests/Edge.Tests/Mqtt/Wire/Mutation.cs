using Edge.Mqtt.Wire;

namespace Edge.Tests.Mqtt.Wire;

/// <summary>Small damage of the kinds that find bugs: flipped bits, extreme values, cuts, repeats, lying lengths.</summary>
internal static class Mutation
{
    private static readonly byte[] Extremes = [0x00, 0x01, 0x7F, 0x80, 0xFF];

    public static byte[] Of(byte[] original, Random random)
    {
        var bytes = original.ToList();
        for (var times = random.Next(1, 4); times > 0 && bytes.Count > 0; times--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = Extremes[random.Next(Extremes.Length)];
                    break;
                case 2:
                    bytes.RemoveRange(at, random.Next(bytes.Count - at) + 1);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 9), bytes.Count - at)));
                    break;
                case 4:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                default:
                    bytes[Math.Min(1, bytes.Count - 1)] = (byte)random.Next(256);
                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>The same body behind a header that tells its length.</summary>
    public static byte[] WithHonestHeader(byte[] bytes)
    {
        if (bytes.Length < 2) return bytes;

        var old = VariableInteger.Read(bytes.AsSpan(1), out _);
        var body = bytes.AsSpan(1 + Math.Clamp(old, 1, VariableInteger.MaxBytes));
        var packet = new byte[PacketFrame.Size(body.Length)];
        var at = PacketFrame.WriteHeader(packet, (PacketType)(bytes[0] >> 4), (byte)(bytes[0] & 0x0F), body.Length);
        body.CopyTo(packet.AsSpan(at));
        return packet;
    }
}
