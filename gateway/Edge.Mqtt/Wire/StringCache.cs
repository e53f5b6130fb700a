namespace Edge.Mqtt.Wire;

/// <summary>The topics that one client sends again and again: so that a message does not cost a new string. A few places, the newer takes the
/// older's; used by one reader.</summary>
internal sealed class StringCache
{
    private const int Places = 16; // a power of two; a node has about ten topics
    private const int MaxBytes = 256; // so that a hostile client cannot keep much here

    private readonly (byte[] Bytes, string Text)[] _places = new (byte[], string)[Places];

    /// <summary>The topic as text: one that is known, or what <see cref="PublishPacket.DecodeTopic"/> makes of it.</summary>
    /// <exception cref="MqttProtocolException">It is no topic.</exception>
    public string Topic(ReadOnlySpan<byte> bytes)
    {
        ref var place = ref _places[PlaceOf(bytes)];
        if (place.Bytes is { } held && bytes.SequenceEqual(held)) return place.Text;

        var text = PublishPacket.DecodeTopic(bytes);
        if (bytes.Length <= MaxBytes) place = (bytes.ToArray(), text);
        return text;
    }

    private static int PlaceOf(ReadOnlySpan<byte> bytes)
    {
        var hash = new HashCode();
        hash.AddBytes(bytes);
        return hash.ToHashCode() & (Places - 1);
    }
}
