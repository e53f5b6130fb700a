namespace Edge.Things.Provisioning;

/// <summary>What the rules say about a request: the asked names in three parts, and the rules that spoke. For a request for everything the
/// parts may be unlimited: <see cref="Allowed"/> never holds a name that is refused or unknown, the others may.</summary>
internal sealed record Verdict(NameSet Allowed, NameSet Refused, NameSet Unknown, IReadOnlyList<Rule> Rules);

/// <summary>
/// Decides by rules alone, name by name: the most specific subject that speaks of a name decides (caller, then domain, then anyone); among
/// equally specific rules a "no" wins. A name that no rule speaks of is unknown.
/// </summary>
internal static class RuleEvaluator
{
    private static readonly SubjectKind[] MostSpecificFirst = [SubjectKind.Caller, SubjectKind.Domain, SubjectKind.Anyone];

    // Stands for every name that no rule mentions; not a name that a device can have.
    private const string AnyOther = "\0";

    /// <summary>Evaluates the rules of one thing for one operation.</summary>
    public static Verdict Evaluate(IEnumerable<Rule> rules, Operation operation, Jid caller, NameSet asked, DateTimeOffset now)
    {
        var speaking = rules.Where(r => r.Operation == operation && r.IsValidAt(now) && r.Subject.Matches(caller)).ToArray();
        return asked.IsAll ? Everything(speaking) : Names(speaking, asked.Names!);
    }

    private static Verdict Names(Rule[] speaking, IEnumerable<string> names)
    {
        List<string> allowed = [], refused = [], unknown = [];
        var deciding = new List<Rule>();
        foreach (var name in names)
        {
            var answer = Decide(speaking, name, deciding);
            (answer switch { true => allowed, false => refused, null => unknown }).Add(name);
        }

        return new(NameSet.Of(allowed), NameSet.Of(refused), NameSet.Of(unknown), [.. deciding.Distinct()]);
    }

    /// <summary>"Everything" is every name that some rule mentions, and all others.</summary>
    private static Verdict Everything(Rule[] speaking)
    {
        var mentioned = speaking.SelectMany(r => (r.Covers.Names ?? []).Concat(r.Allows.Names ?? []).Concat(r.Except.Names ?? []));
        var named = Names(speaking, mentioned.Distinct(StringComparer.Ordinal));
        var deciding = new List<Rule>();
        var others = Decide(speaking, AnyOther, deciding);
        deciding.AddRange(named.Rules);

        // There is no set "everything but"; where a name is not allowed, only names that rules mention are granted.
        var allAllowed = others is true && named.Refused.IsEmpty && named.Unknown.IsEmpty;
        return new(
            allAllowed ? NameSet.All : named.Allowed,
            others is false ? NameSet.All : named.Refused,
            others is null ? NameSet.All : named.Unknown,
            [.. deciding.Distinct()]);
    }

    private static bool? Decide(Rule[] speaking, string name, List<Rule> deciding)
    {
        foreach (var kind in MostSpecificFirst)
        {
            bool? answer = null;
            foreach (var rule in speaking)
            {
                if (rule.Subject.Kind != kind || !rule.SpeaksOf(name)) continue;

                answer = answer is not false && rule.Allows.Contains(name);
                deciding.Add(rule);
            }

            if (answer is not null) return answer;
        }

        return null;
    }
}
