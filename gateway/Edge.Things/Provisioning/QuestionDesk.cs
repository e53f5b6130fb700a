namespace Edge.Things.Provisioning;

/// <summary>Opens, widens and closes the questions to owners, within limits.</summary>
internal sealed class QuestionDesk(ThingsOptions options, TimeProvider clock)
{
    // A count that is a minute old is worth a write; more often would let a caller wear out the flash.
    private static readonly TimeSpan CountStoredAfter = TimeSpan.FromMinutes(1);

    // A caller may make names up; nobody shall have to read pages of them. XEP-0323's names are short.
    private const int MaxNameLength = 128;

    /// <summary>Makes sure that the owner is asked about <paramref name="names"/>. False where a limit kept it from being asked; with the
    /// question where it is a new one.</summary>
    public (bool IsAsked, Question? Opened) Ask(RuleBookChange change, Registry.Thing thing, AccessRequest request, NameSet names)
    {
        var now = clock.GetUtcNow();
        var sane = names.Names is { } list ? NameSet.Of(list.Where(n => n.Length is > 0 and <= MaxNameLength)) : names;
        if (sane.IsEmpty) return (false, null);

        var key = new QuestionKey(thing.Id, request.Caller.Bare, request.Operation);
        if (change.State.Questions.TryGetValue(key, out var open))
        {
            var wider = Limit(open.Names.Union(sane));
            change.Save(
                open with { Names = wider, Times = open.Times + 1, LastAskedAt = now },
                durably: wider != open.Names || now - open.LastAskedAt >= CountStoredAfter);
            return (wider.Intersect(names) == names, null);
        }

        if (!HasRoom(change.State, thing.Owner!, key.Caller)) return (false, null);

        var question = new Question(Ids.New(), thing.Id, thing.Name, thing.Owner!, key.Caller, key.Operation, Limit(sane), now);
        change.Save(question);
        return (true, question);
    }

    /// <summary>Takes from the open questions what the rules answer by now.</summary>
    public void CloseAnswered(RuleBookChange change, ThingId thing)
    {
        foreach (var question in change.State.Questions.Values.Where(q => q.Thing == thing).ToArray())
        {
            var verdict = RuleEvaluator.Evaluate(
                change.State.RulesFor(thing), question.Operation, question.Caller, question.Names, clock.GetUtcNow());
            if (verdict.Unknown.IsEmpty) change.Delete(question);
            else if (!question.Names.IsAll && verdict.Unknown != question.Names) change.Save(question with { Names = verdict.Unknown });
        }
    }

    private bool HasRoom(RuleBookState state, Jid owner, Jid caller) =>
        state.Questions.Values.Count(q => q.Owner == owner) < options.MaxQuestionsPerOwner
        && state.Questions.Values.Count(q => q.Caller == caller) < options.MaxQuestionsPerCaller;

    private NameSet Limit(NameSet names) =>
        names.Names is { } list && list.Count > options.MaxNamesPerQuestion ? NameSet.Of(list.Take(options.MaxNamesPerQuestion)) : names;
}
