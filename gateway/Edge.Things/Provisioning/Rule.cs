namespace Edge.Things.Provisioning;

/// <summary>Whom a rule speaks of.</summary>
public enum SubjectKind
{
    /// <summary>One bare address.</summary>
    Caller,

    /// <summary>Everybody of a domain.</summary>
    Domain,

    /// <summary>Anyone.</summary>
    Anyone,
}

/// <summary>Whom a rule speaks of; <paramref name="Value"/> is the bare address, the domain, or empty.</summary>
public sealed record Subject(SubjectKind Kind, string Value)
{
    /// <summary>Every caller.</summary>
    public static Subject Anyone { get; } = new(SubjectKind.Anyone, "");

    /// <summary>The subject of this kind that <paramref name="caller"/> belongs to.</summary>
    public static Subject Of(Jid caller, SubjectKind kind) => kind switch
    {
        SubjectKind.Caller => new(kind, caller.Bare.ToString()),
        SubjectKind.Domain => new(kind, caller.Domain),
        _ => Anyone,
    };

    /// <summary>True where the rule speaks of <paramref name="caller"/>.</summary>
    public bool Matches(Jid caller) => Kind switch
    {
        SubjectKind.Caller => caller.Bare.ToString() == Value,
        SubjectKind.Domain => caller.Domain == Value,
        _ => true,
    };
}

/// <summary>
/// One answer of an owner, remembered. It speaks of the names in <paramref name="Covers"/> and allows those in
/// <paramref name="Allows"/>, a part of them: "temperature, but not humidity" is one rule. Silent about every other name.
/// </summary>
public sealed record Rule(
    string Id, ThingId Thing, Jid Owner, Subject Subject, Operation Operation, NameSet Covers, NameSet Allows, DateTimeOffset CreatedAt)
{
    /// <summary>When the rule stops speaking; null is never.</summary>
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>Names that a rule about everything is silent on, because the owner has said something newer about them.</summary>
    public NameSet Except { get; init; } = NameSet.Empty;

    /// <summary>True where the rule says something about <paramref name="name"/>.</summary>
    public bool SpeaksOf(string name) => Covers.Contains(name) && !Except.Contains(name);

    /// <summary>True where the rule has not run out at <paramref name="now"/>.</summary>
    public bool IsValidAt(DateTimeOffset now) => ValidUntil is not { } until || until > now;
}

/// <summary>A question to an owner: asked once for each thing, caller and operation until answered; later names join it.</summary>
public sealed record Question(
    string Id, ThingId Thing, string ThingName, Jid Owner, Jid Caller, Operation Operation, NameSet Names, DateTimeOffset AskedAt)
{
    /// <summary>How often it was asked.</summary>
    public int Times { get; init; } = 1;

    /// <summary>When it was last asked.</summary>
    public DateTimeOffset LastAskedAt { get; init; } = AskedAt;
}

/// <summary>The owner's answer: what of the question he allows (empty is no), to whom, and for how long (null is for good).</summary>
public sealed record Answer(NameSet Allowed, SubjectKind Scope, DateTimeOffset? ValidUntil);

/// <summary>How an answer or a rule change was received.</summary>
public enum AnswerResult
{
    /// <summary>Stored; the thing has been told to forget its cached answers.</summary>
    Stored,

    /// <summary>No such question or rule, or not this owner's.</summary>
    NotFound,

    /// <summary>The validity is over before it begins.</summary>
    AlreadyExpired,

    /// <summary>The owner has things:maxRulesPerOwner rules, or the rule names more than things:maxNamesPerQuestion.</summary>
    LimitReached,
}

/// <summary>Told when a question waits for its owner for the first time.</summary>
public sealed record QuestionAsked(Question Question);

/// <summary>Told when answers about a thing may have changed: it must forget what it cached (XEP-0324 §3.5). <paramref name="Rule"/> is the
/// new rule, or null where one was revoked or ran out.</summary>
public sealed record RulesChanged(ThingId Thing, Jid Owner, Rule? Rule);
