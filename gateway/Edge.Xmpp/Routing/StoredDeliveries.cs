using System.Collections.Concurrent;

namespace Edge.Xmpp.Routing;

/// <summary>Stanzas that a client is given out of a store, which has them until the client does: nobody need find another way for them. Kept with
/// the session (<see cref="BoundResource.Get{T}"/>); a stanza is known by the very bytes that are delivered.</summary>
internal sealed class StoredDeliveries
{
    private readonly ConcurrentDictionary<ReadOnlyMemory<byte>, bool> _stanzas = new();

    public void Add(ReadOnlyMemory<byte> stanza) => _stanzas[stanza] = true;

    public void Remove(ReadOnlyMemory<byte> stanza) => _stanzas.TryRemove(stanza, out _);

    public bool Has(ReadOnlyMemory<byte> stanza) => _stanzas.ContainsKey(stanza);
}
