using Edge.Things.Readings;

namespace Edge.Things.Provisioning;

/// <summary>What somebody wants of a thing.</summary>
public enum Operation
{
    /// <summary>To be its friend: to see when it is there and learn its full address (XEP-0324 §3.2).</summary>
    Befriend,

    /// <summary>To read fields (XEP-0324 §3.3).</summary>
    Read,

    /// <summary>To set parameters (XEP-0324 §3.4).</summary>
    Control,
}

/// <summary>Tokens that accompany a request: of the service, the device and the user it is made for (XEP-0324 §3.6).</summary>
public sealed record AccessTokens(string Service = "", string Device = "", string User = "")
{
    /// <summary>A request without tokens.</summary>
    public static AccessTokens None { get; } = new();
}

/// <summary>Somebody's request to a thing. <paramref name="Names"/> are fields for a read-out, parameters for control.</summary>
public sealed record AccessRequest(ThingId Thing, Jid Caller, Operation Operation, NameSet Names)
{
    /// <summary>The categories asked for in a read-out.</summary>
    public FieldCategories Categories { get; init; } = FieldCategories.Momentary;

    /// <summary>Tokens that came with the request.</summary>
    public AccessTokens Tokens { get; init; } = AccessTokens.None;
}

/// <summary>
/// The answer to an <see cref="AccessRequest"/>. <paramref name="Names"/> is what is allowed of what was asked; <paramref name="Reason"/>
/// is a sentence for people ("Allowed because the owner said yes on 3 May 2026, until 8 May 2026, 12:00 UTC.").
/// </summary>
public sealed record Decision(DecisionOutcome Outcome, NameSet Names, string Reason)
{
    /// <summary>True where something of what was asked is allowed.</summary>
    public bool IsAllowed => Outcome == DecisionOutcome.Allowed;

    /// <summary>The rules that decided, for explanations.</summary>
    public IReadOnlyList<string> RuleIds { get; init; } = [];
}

/// <summary>How a decision ended.</summary>
public enum DecisionOutcome
{
    /// <summary>Something of what was asked is allowed.</summary>
    Allowed,

    /// <summary>A rule says no.</summary>
    Denied,

    /// <summary>No rule speaks: no for now, and the owner has been asked.</summary>
    Asked,

    /// <summary>No rule speaks and there is nobody to ask: the thing has no owner.</summary>
    Unowned,
}
