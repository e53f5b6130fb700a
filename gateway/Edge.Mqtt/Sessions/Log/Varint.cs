namespace Edge.Mqtt.Sessions.Log;

/// <summary>Whole numbers in as few bytes as they need: seven bits a byte, the lowest first.</summary>
internal static class Varint
{
    /// <summary>The most that one takes.</summary>
    public const int MaxLength = 10;

    /// <summary>Writes <paramref name="value"/>; returns its length.</summary>
    public static int Write(Span<byte> to, ulong value)
    {
        var length = 0;
        while (value >= 0x80)
        {
            to[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        to[length++] = (byte)value;
        return length;
    }

    /// <summary>Takes one off the front of <paramref name="bytes"/>; false where there is none.</summary>
    public static bool TryRead(scoped ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (var i = 0; i < Math.Min(MaxLength, bytes.Length); i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if ((bytes[i] & 0x80) != 0) continue;
            if (i == MaxLength - 1 && bytes[i] > 1) return false; // more than 64 bits

            bytes = bytes[(i + 1)..];
            return true;
        }

        return false;
    }
}
