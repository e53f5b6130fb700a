using System.Text.Json.Serialization;

namespace Edge.Xmpp.Rosters;

/// <summary>The state of the subscriptions between an account and a contact, from the account's side (RFC 6121 appendix A.1).</summary>
/// <param name="SeesContact">The account receives the contact's presence: "to".</param>
/// <param name="SeenByContact">The contact receives the account's presence: "from".</param>
/// <param name="IsAsking">The account has asked, without an answer so far: "pending out".</param>
/// <param name="IsAsked">The contact has asked, without an answer so far: "pending in".</param>
/// <param name="IsApproved">The account has said yes before the contact asked (§3.4).</param>
internal readonly record struct SubscriptionState(bool SeesContact, bool SeenByContact, bool IsAsking, bool IsAsked, bool IsApproved = false)
{
    /// <summary>The attribute <c>subscription</c>.</summary>
    [JsonIgnore]
    public string Name => (SeesContact, SeenByContact) switch
    {
        (true, true) => "both",
        (true, false) => "to",
        (false, true) => "from",
        _ => "none",
    };

    /// <summary>What the account does (appendix A.2): the new state, and whether the stanza goes on to the contact.</summary>
    public (SubscriptionState Next, bool Route) Outbound(string type) => type switch
    {
        "subscribe" => (this with { IsAsking = !SeesContact }, true),
        "unsubscribe" => (this with { SeesContact = false, IsAsking = false }, true),
        "subscribed" when IsAsked => (this with { SeenByContact = true, IsAsked = false }, true),
        "subscribed" => (this with { IsApproved = IsApproved || !SeenByContact }, false), // §3.4.2: a yes in advance
        "unsubscribed" => (this with { SeenByContact = false, IsAsked = false, IsApproved = false }, IsAsked || SeenByContact),
        _ => (this, false),
    };

    /// <summary>What the contact does (appendix A.3): the new state, and whether the account's clients are told.</summary>
    public (SubscriptionState Next, bool Deliver) Inbound(string type) => type switch
    {
        "subscribe" when SeenByContact => (this, false),
        "subscribe" when IsApproved => (this with { SeenByContact = true, IsAsked = false }, false),
        "subscribe" => (this with { IsAsked = true }, !IsAsked),
        "unsubscribe" => (this with { SeenByContact = false, IsAsked = false }, IsAsked || SeenByContact),
        "subscribed" => IsAsking ? (this with { SeesContact = true, IsAsking = false }, true) : (this, false),
        "unsubscribed" => (this with { SeesContact = false, IsAsking = false }, IsAsking || SeesContact),
        _ => (this, false),
    };
}
