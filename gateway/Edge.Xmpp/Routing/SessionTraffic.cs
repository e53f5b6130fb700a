using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Routing;

/// <summary>What one resource received and sent, over all its connections. Each direction has one writer at a time; readers see figures that
/// may be a moment old.</summary>
internal sealed class SessionTraffic
{
    /// <summary>From the client.</summary>
    public TrafficCounts In { get; } = new();

    /// <summary>To the client.</summary>
    public TrafficCounts Out { get; } = new();

    public void Received(Stanza stanza) => In.Add(stanza.Kind, stanza.Bytes.Length);

    /// <summary>Counts one of our own stanzas, whose kind shows in its first letter.</summary>
    public void Sent(ReadOnlySpan<byte> stanza) => Out.Add(stanza[1] switch
    {
        (byte)'m' => StanzaKind.Message,
        (byte)'p' => StanzaKind.Presence,
        _ => StanzaKind.Iq,
    }, stanza.Length);
}

/// <summary>Stanzas by kind, and their bytes, in one direction.</summary>
internal sealed class TrafficCounts
{
    private long _messages;
    private long _presences;
    private long _iqs;
    private long _bytes;

    public long Messages => Volatile.Read(ref _messages);

    public long Presences => Volatile.Read(ref _presences);

    public long Iqs => Volatile.Read(ref _iqs);

    public long Bytes => Volatile.Read(ref _bytes);

    public long Stanzas => Messages + Presences + Iqs;

    public void Add(StanzaKind kind, int bytes)
    {
        _bytes += bytes;
        if (kind == StanzaKind.Message) _messages++;
        else if (kind == StanzaKind.Presence) _presences++;
        else _iqs++;
    }

    /// <summary>Adds what somebody else counted.</summary>
    public void Add(TrafficCounts other)
    {
        _messages += other.Messages;
        _presences += other.Presences;
        _iqs += other.Iqs;
        _bytes += other.Bytes;
    }
}
