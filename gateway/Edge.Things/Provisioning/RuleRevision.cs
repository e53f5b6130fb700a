namespace Edge.Things.Provisioning;

/// <summary>
/// The owner's last word counts: a new rule takes from his older rules for the same thing, subject and operation the names that it speaks
/// of. What remains never contradicts; rules about other subjects stay, and the more specific one decides.
/// </summary>
internal static class RuleRevision
{
    /// <summary>What is left of <paramref name="old"/> beside <paramref name="newer"/>: itself, a narrower rule, or null for nothing.</summary>
    public static Rule? Narrow(Rule old, Rule newer)
    {
        if (old.Thing != newer.Thing || old.Operation != newer.Operation || old.Subject != newer.Subject || old.Owner != newer.Owner) return old;

        if (old.Covers.Names is { } names) return Narrow(old, NameSet.Of(names.Where(n => old.SpeaksOf(n) && !newer.SpeaksOf(n))));
        if (newer.Covers.IsAll) return Narrow(old, NameSet.Of((newer.Except.Names ?? []).Where(old.SpeaksOf)));

        var silent = old.Except.Union(NameSet.Of(newer.Covers.Names!.Where(newer.SpeaksOf)));
        return silent == old.Except ? old : old with { Except = silent };
    }

    private static Rule? Narrow(Rule old, NameSet covers)
    {
        if (covers.IsEmpty) return null;
        return covers == old.Covers ? old : old with { Covers = covers, Allows = covers.Intersect(old.Allows), Except = NameSet.Empty };
    }
}
