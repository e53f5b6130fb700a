using Edge.Xmpp.Routing;

namespace Edge.Xmpp.Modules.StreamManagement;

/// <summary>The stanzas that a client has not acknowledged, in a ring. They are numbered from 1 on; on the wire only the lower 32 bits of a
/// number are seen (XEP-0198 §4), and one that is acknowledged is never far from the last. Not thread-safe.</summary>
internal sealed class UnacknowledgedQueue(int maxStanzas, long maxBytes, ulong acknowledged = 0)
{
    private UndeliveredStanza[] _ring = [];
    private int _head;

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>Their bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>The number of the last stanza that was acknowledged.</summary>
    public ulong Acknowledged { get; private set; } = acknowledged;

    /// <summary>The number of the last stanza that was added.</summary>
    public ulong Last => Acknowledged + (ulong)Count;

    /// <summary>A limit was passed: nothing more is taken.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Half of either limit is reached.</summary>
    public bool IsHalfFull => Count * 2L >= maxStanzas || Bytes * 2 >= maxBytes;

    /// <summary>Adds one; a single stanza above the limit of bytes still passes where none waits.</summary>
    public bool TryAdd(in UndeliveredStanza stanza)
    {
        if (IsOver || Count >= maxStanzas || (Count > 0 && Bytes + stanza.Bytes.Length > maxBytes))
        {
            IsOver = true;
            return false;
        }

        if (Count == _ring.Length) Grow();
        _ring[(_head + Count) & (_ring.Length - 1)] = stanza;
        Count++;
        Bytes += stanza.Bytes.Length;
        return true;
    }

    /// <summary>The stanza with this number: above <see cref="Acknowledged"/>, up to <see cref="Last"/>.</summary>
    public UndeliveredStanza this[ulong number] => _ring[(_head + (int)(number - Acknowledged - 1)) & (_ring.Length - 1)];

    /// <summary>Drops what the client says it has.</summary>
    /// <param name="handled">The number on the wire.</param>
    /// <param name="sent">The highest number that went out.</param>
    /// <returns>False where so many were never sent.</returns>
    public bool TryAcknowledge(uint handled, ulong sent)
    {
        var more = handled - (uint)Acknowledged;
        if (more > sent - Acknowledged) return false;

        for (; more > 0; more--) Drop();
        if (Count == 0) (_ring, _head) = ([], 0); // an idle session holds no buffer
        return true;
    }

    /// <summary>Everything that waits, oldest first.</summary>
    public UndeliveredStanza[] ToArray()
    {
        var all = new UndeliveredStanza[Count];
        for (var i = 0; i < Count; i++) all[i] = _ring[(_head + i) & (_ring.Length - 1)];
        return all;
    }

    private void Drop()
    {
        ref var dropped = ref _ring[_head];
        Bytes -= dropped.Bytes.Length;
        dropped = default;
        _head = (_head + 1) & (_ring.Length - 1);
        Count--;
        Acknowledged++;
    }

    private void Grow()
    {
        var all = ToArray();
        Array.Resize(ref all, Math.Max(8, _ring.Length * 2)); // a power of two
        (_ring, _head) = (all, 0);
    }
}
