using System.Text.Json.Serialization;
using System.Xml.Linq;

using Edge.Things;

namespace Edge.Xmpp.Rosters;

/// <summary>One contact of an account (RFC 6121 §2.1.2), with the state of the subscriptions in both directions.</summary>
internal sealed record RosterItem(Jid Jid)
{
    /// <summary>The namespace of roster management.</summary>
    public static readonly XNamespace Namespace = "jabber:iq:roster";

    /// <summary>The name that the account's owner gave the contact.</summary>
    public string? Name { get; init; }

    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Who sees whose presence, and what is asked.</summary>
    public SubscriptionState State { get; init; }

    /// <summary>False for a contact that has only asked: it does not show in the roster (RFC 6121 §3.1.3).</summary>
    public bool IsListed { get; init; }

    /// <summary>The request that waits for an answer, as it came, to be shown at the next log-in.</summary>
    public string? Request { get; init; }

    /// <summary>Nothing is left to remember.</summary>
    [JsonIgnore]
    public bool IsEmpty => !IsListed && State == default;

    /// <summary>The item as clients see it.</summary>
    public XElement ToElement()
    {
        var element = new XElement(Namespace + "item", new XAttribute("jid", Jid.ToString()));
        if (Name is { Length: > 0 }) element.SetAttributeValue("name", Name);
        element.SetAttributeValue("subscription", State.Name);
        if (State.IsApproved) element.SetAttributeValue("approved", "true");
        if (State.IsAsking) element.SetAttributeValue("ask", "subscribe");
        element.Add(Groups.Select(g => new XElement(Namespace + "group", g)));
        return element;
    }

    /// <summary>True where clients see no difference; an item that is not listed looks like none. That somebody asks is not shown (§3.1.3: no push
    /// for a request that only came in).</summary>
    public static bool LookTheSame(RosterItem? a, RosterItem? b)
    {
        if (a is not { IsListed: true } || b is not { IsListed: true }) return a is not { IsListed: true } && b is not { IsListed: true };
        return a.Name == b.Name && a.State with { IsAsked = false } == b.State with { IsAsked = false } && a.Groups.SequenceEqual(b.Groups);
    }

    /// <summary>The push for a contact that is gone (§2.5.2).</summary>
    public static XElement RemovedElement(Jid jid) =>
        new(Namespace + "item", new XAttribute("jid", jid.ToString()), new XAttribute("subscription", "remove"));
}
