namespace Edge.Mqtt.Wire;

/// <summary>The variable byte integer: seven bits in each of one to four bytes, the lowest first (MQTT 5.0 §1.5.5).</summary>
internal static class VariableInteger
{
    /// <summary>The largest value that four bytes hold.</summary>
    public const int Max = 268_435_455;

    public const int MaxBytes = 4;

    /// <summary>The number of bytes that it takes; senders have to use no more ([MQTT-1.5.5-1]).</summary>
    public static int Size(int value) => value switch
    {
        < 1 << 7 => 1,
        < 1 << 14 => 2,
        < 1 << 21 => 3,
        _ => 4,
    };

    /// <summary>Writes it; the number of bytes it took.</summary>
    public static int Write(Span<byte> output, int value)
    {
        var at = 0;
        for (; value >= 0x80; value >>= 7) output[at++] = (byte)(value | 0x80);
        output[at++] = (byte)value;
        return at;
    }

    /// <summary>Reads one from the front of <paramref name="input"/>. A receiver has to take what is longer than needed, up to four bytes.</summary>
    /// <returns>The number of bytes it took; 0 where it has not all arrived; -1 where it would have more than four.</returns>
    public static int Read(ReadOnlySpan<byte> input, out int value)
    {
        value = 0;
        for (var i = 0; i < MaxBytes; i++)
        {
            if (i >= input.Length) return 0;

            value |= (input[i] & 0x7F) << (7 * i);
            if ((input[i] & 0x80) == 0) return i + 1;
        }

        return -1;
    }
}
