using System.Collections.Immutable;

using Edge.Things;

namespace Edge.Xmpp.Rosters;

/// <summary>The contacts of one account; a value that never changes.</summary>
internal sealed class ContactList(ImmutableDictionary<Jid, RosterItem> items)
{
    public static ContactList Empty { get; } = new(ImmutableDictionary<Jid, RosterItem>.Empty);

    public IEnumerable<RosterItem> Items => items.Values;

    public int Count => items.Count;

    public RosterItem? Find(Jid contact) => items.GetValueOrDefault(contact);

    /// <summary>With the item in place of the former one; an item that has nothing left to say is dropped.</summary>
    public ContactList With(RosterItem item) => new(item.IsEmpty ? items.Remove(item.Jid) : items.SetItem(item.Jid, item));

    public ContactList Without(Jid contact) => new(items.Remove(contact));
}

/// <summary>A roster as it is stored.</summary>
internal sealed record RosterDocument(IReadOnlyList<RosterItem> Items);
