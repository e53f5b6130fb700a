namespace Edge.Mqtt.Wire;

/// <summary>Strings that one client sends again and again, its topics: so that a message does not cost a new string. A few places, the
/// newer takes the older's; used by one reader.</summary>
internal sealed class StringCache
{
    private const int Places = 16; // a power of two; a node has about ten topics
    private const int MaxBytes = 256; // so that a hostile client cannot keep much here

    private readonly (byte[] Bytes, string Text)[] _places = new (byte[], string)[Places];

    public string? Find(ReadOnlySpan<byte> bytes)
    {
        var (held, text) = _places[PlaceOf(bytes)];
        return held is not null && bytes.SequenceEqual(held) ? text : null;
    }

    public void Add(ReadOnlySpan<byte> bytes, string text)
    {
        if (bytes.Length <= MaxBytes) _places[PlaceOf(bytes)] = (bytes.ToArray(), text);
    }

    private static int PlaceOf(ReadOnlySpan<byte> bytes)
    {
        var hash = new HashCode();
        hash.AddBytes(bytes);
        return hash.ToHashCode() & (Places - 1);
    }
}
