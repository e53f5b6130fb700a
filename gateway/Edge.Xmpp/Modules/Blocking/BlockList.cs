using System.Collections.Immutable;
using Edge.Things;

namespace Edge.Xmpp.Modules.Blocking;

/// <summary>Whom an account blocks; a value that never changes.</summary>
internal sealed class BlockList(ImmutableHashSet<Jid> items)
{
    public static BlockList Empty { get; } = new([]);

    public ImmutableHashSet<Jid> Items => items;

    /// <summary>True where an entry speaks of the address: itself, its bare address, its domain with its resource, or its domain (XEP-0191 §5).</summary>
    public bool Blocks(Jid jid)
    {
        if (items.IsEmpty) return false;
        if (items.Contains(jid) || (!jid.IsBare && items.Contains(jid.Bare))) return true;
        if (jid.Local.Length == 0) return false;

        var domain = Jid.Parse(jid.Domain);
        return items.Contains(domain) || (!jid.IsBare && items.Contains(domain.WithResource(jid.Resource)));
    }
}

/// <summary>A list as it is stored.</summary>
internal sealed record BlockListDocument(IReadOnlyList<Jid> Items);
