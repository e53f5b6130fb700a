using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;

using Edge.Things;

namespace Edge.Xmpp.Rosters;

/// <summary>The contacts of one account; a value that never changes.</summary>
internal sealed class ContactList(ImmutableDictionary<Jid, RosterItem> items, RosterVersion version)
{
    public static ContactList Empty { get; } = new(ImmutableDictionary<Jid, RosterItem>.Empty, default);

    public IEnumerable<RosterItem> Items => items.Values;

    public int Count => items.Count;

    /// <summary>Moves whenever a client would see a change.</summary>
    public RosterVersion Version => version;

    public RosterItem? Find(Jid contact) => items.GetValueOrDefault(contact);

    /// <summary>With the item in place of the former one; an item that has nothing left to say is dropped.</summary>
    public ContactList With(RosterItem item)
    {
        var looksTheSame = RosterItem.LookTheSame(Find(item.Jid), item);
        return new(item.IsEmpty ? items.Remove(item.Jid) : items.SetItem(item.Jid, item), looksTheSame ? version : version.Next());
    }

    public ContactList Without(Jid contact) => new(items.Remove(contact), version.Next());
}

/// <summary>A roster as it is stored.</summary>
internal sealed record RosterDocument(IReadOnlyList<RosterItem> Items)
{
    /// <summary>Absent in rosters from before there were versions.</summary>
    public RosterVersion? Version { get; init; }

    public ContactList ToContacts() => new(Items.ToImmutableDictionary(i => i.Jid), Version ?? RosterVersion.New());

    public static RosterDocument Of(ContactList roster) =>
        new([.. roster.Items.OrderBy(i => i.Jid.ToString(), StringComparer.Ordinal)]) { Version = roster.Version };
}

/// <summary>Which state of a roster it is (RFC 6121 §2.6). The epoch keeps the versions of an account that was deleted and made anew apart.</summary>
internal readonly record struct RosterVersion(string? Epoch, long Number)
{
    public static RosterVersion New() => new(RandomNumberGenerator.GetHexString(8, lowercase: true), 1);

    public RosterVersion Next() => Epoch is null ? New() : new(Epoch, Number + 1);

    /// <summary>As clients keep it.</summary>
    public override string ToString() => Epoch is null ? "0" : string.Create(CultureInfo.InvariantCulture, $"{Epoch}-{Number}");
}
