using System.Globalization;

using Edge.Things.Registry;

namespace Edge.Things.Provisioning;

/// <summary>Says rules, questions and decisions in plain English.</summary>
internal sealed class Sentences(IThingRegistry registry)
{
    /// <summary>"visitor@edge.local may read temperature, but not humidity, of Sensor 1 until 22 Nov 2026, 12:00 UTC".</summary>
    public string Say(Rule rule)
    {
        var who = rule.Subject.Kind switch
        {
            SubjectKind.Caller => rule.Subject.Value,
            SubjectKind.Domain => $"everybody at {rule.Subject.Value}",
            _ => "anyone",
        };
        var until = rule.ValidUntil is { } end ? $" until {Moment(end)}" : "";
        return $"{who} {What(rule)} {NameOf(rule.Thing)}{until}";
    }

    /// <summary>"visitor@edge.local wants to read temperature and humidity of Sensor 1".</summary>
    public string Say(Question question)
    {
        var name = registry.Find(question.Thing)?.Name ?? question.ThingName;
        return question.Operation == Operation.Befriend
            ? $"{question.Caller} wants to be a friend of {name}"
            : $"{question.Caller} wants to {Verb(question.Operation)} {List(question.Names, "and")} of {name}";
    }

    /// <summary>Why something of a request was allowed, and what was not.</summary>
    public static string Allowed(Verdict verdict)
    {
        var rule = verdict.Rules.Where(r => !r.Allows.IsEmpty).MaxBy(r => r.CreatedAt)!;
        var rest = verdict.Refused.Union(verdict.Unknown);
        var part = rest.IsEmpty ? "" : rest.IsAll ? "; nothing else is" : $"; {List(rest, "and")} {Be(rest)} not";
        return $"Allowed because the owner said yes on {Day(rule.CreatedAt)}{Until(rule)}{part}.";
    }

    /// <summary>Why nothing of a request was allowed.</summary>
    public static string Refused(Verdict verdict, NameSet asked)
    {
        var rule = verdict.Rules.Where(r => r.Allows != r.Covers).MaxBy(r => r.CreatedAt)!;
        var hint = asked.IsAll && !verdict.Refused.IsAll ? " Not everything is allowed: ask for what you need by name." : "";
        return $"Refused because the owner said no on {Day(rule.CreatedAt)}{Until(rule)}.{hint}";
    }

    /// <summary>The name that people know the thing by.</summary>
    public string NameOf(ThingId thing) =>
        registry.Find(thing)?.Name ?? (thing.Node.IsNone ? thing.Jid.ToString() : thing.Node.NodeId);

    /// <summary>"a", "a and b", "a, b and c"; "everything" for all.</summary>
    public static string List(NameSet names, string conjunction) => names.Names switch
    {
        null => "everything",
        [] => "nothing",
        [var only] => only,
        var list => $"{string.Join(", ", list.SkipLast(1))} {conjunction} {list[^1]}",
    };

    private static string What(Rule rule)
    {
        if (rule.Operation == Operation.Befriend) return rule.Allows.IsEmpty ? "may not be a friend of" : "may be a friend of";

        var verb = Verb(rule.Operation);
        var covers = rule.Except.IsEmpty ? List(rule.Covers, "or") : $"everything except {List(rule.Except, "and")}";
        if (rule.Allows.IsEmpty) return $"may not {verb} {(rule.Covers.IsAll && rule.Except.IsEmpty ? "anything" : covers)} of";
        if (rule.Covers.IsAll && rule.Allows.IsAll) return $"may {verb} {covers} of";
        if (rule.Covers.IsAll)
        {
            var silent = rule.Except.IsEmpty ? "" : $" (save for {List(rule.Except, "and")}, where another rule speaks)";
            return $"may {verb} {List(rule.Allows.Except(rule.Except), "and")}, but nothing else{silent}, of";
        }


        var refused = rule.Covers.Except(rule.Allows);
        return refused.IsEmpty
            ? $"may {verb} {List(rule.Allows, "and")} of"
            : $"may {verb} {List(rule.Covers.Intersect(rule.Allows), "and")}, but not {List(refused, "or")}, of";
    }

    private static string Verb(Operation operation) => operation == Operation.Control ? "set" : "read";

    private static string Be(NameSet names) => names.Names is { Count: 1 } ? "is" : "are";

    private static string Until(Rule rule) => rule.ValidUntil is { } until ? $", until {Moment(until)}" : "";

    private static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    private static string Moment(DateTimeOffset time) =>
        time.UtcDateTime.ToString("d MMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
