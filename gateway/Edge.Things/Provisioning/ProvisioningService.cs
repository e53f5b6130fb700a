using Edge.Things.Registry;

using Microsoft.Extensions.Options;

namespace Edge.Things.Provisioning;

/// <summary>
/// Decides by the rules of the thing's owner; what no rule speaks of is refused now, and the owner is asked once. Rules of a former owner
/// never speak: they go when the thing is given up, and are ignored until then.
/// </summary>
internal sealed class ProvisioningService : IProvisioning, IDisposable
{
    private const int MaxIdLength = 64;

    private readonly RuleBook _book;
    private readonly IThingRegistry _registry;
    private readonly IDomainEvents _events;
    private readonly ThingsOptions _options;
    private readonly TimeProvider _clock;
    private readonly QuestionDesk _desk;
    private readonly Sentences _sentences;
    private readonly IDisposable _subscription;

    public ProvisioningService(
        RuleBook book, IThingRegistry registry, IDomainEvents events, IOptions<ThingsOptions> options, TimeProvider clock)
    {
        (_book, _registry, _events, _options, _clock) = (book, registry, events, options.Value, clock);
        _desk = new(_options, clock);
        _sentences = new(registry);
        _subscription = events.Subscribe<ThingDisowned>((gone, cancel) => ForgetAsync(gone, cancel));
    }

    /// <summary>Reads what was stored; called once, after the registry, before anybody asks. What a power cut kept of a thing that was
    /// given up goes now.</summary>
    public async Task LoadAsync(CancellationToken cancel)
    {
        await _book.LoadAsync(cancel).ConfigureAwait(false);
        await _book.ChangeAsync(
            change =>
            {
                Forget(change, rule => _registry.Find(rule.Thing)?.Owner != rule.Owner, q => _registry.Find(q.Thing)?.Owner != q.Owner);
                return true;
            },
            cancel).ConfigureAwait(false);
    }

    public ValueTask<Decision> DecideAsync(AccessRequest request, CancellationToken cancel = default)
    {
        // One befriends a thing, not a part of it.
        if (request.Operation == Operation.Befriend) request = request with { Names = NameSet.All };
        var caller = request.Caller.Bare;
        if (caller == _options.ConcentratorAddress || caller == _options.ProvisioningAddress)
            return Answer(DecisionOutcome.Allowed, request.Names, "Allowed: this gateway asks for itself.");

        if (_registry.Find(request.Thing) is not { Owner: { } owner } thing)
            return Answer(DecisionOutcome.Unowned, NameSet.Empty, $"Nobody owns {_sentences.NameOf(request.Thing)} yet, so nobody can allow it.");

        if (caller == owner) return Answer(DecisionOutcome.Allowed, request.Names, "Allowed: you are the owner.");
        if (request.Names.IsEmpty) return Answer(DecisionOutcome.Denied, NameSet.Empty, "Nothing was asked for.");

        var verdict = Evaluate(_book.State, thing, request);
        return verdict.Unknown.IsEmpty ? new(Decide(verdict, request)) : AskAsync(thing, request, cancel);
    }

    public IReadOnlyList<Question> QuestionsFor(Jid owner) =>
        [.. _book.State.Questions.Values.Where(q => q.Owner == owner.Bare).OrderBy(q => q.AskedAt)];

    public IReadOnlyList<Rule> RulesOf(Jid owner) =>
        [.. _book.State.Rules.Values.Where(r => r.Owner == owner.Bare).OrderByDescending(r => r.CreatedAt)];

    public Task<AnswerResult> AnswerAsync(Jid owner, string questionId, Answer answer, CancellationToken cancel = default)
    {
        var question = QuestionsFor(owner).FirstOrDefault(q => q.Id == questionId);
        if (question is null) return Task.FromResult(AnswerResult.NotFound);

        var subject = Subject.Of(question.Caller, answer.Scope);
        var rule = new Rule(
            Ids.New(), question.Thing, question.Owner, subject, question.Operation, question.Names, answer.Allowed, _clock.GetUtcNow())
        {
            ValidUntil = answer.ValidUntil,
        };
        return StoreAsync(rule, question, cancel);
    }

    public Task<AnswerResult> AddRuleAsync(Rule rule, CancellationToken cancel = default)
    {
        // An id of the caller's choice could be that of somebody else's rule, and a subject is to be equal to those of other rules.
        var id = rule.Id.Length is 0 or > MaxIdLength || _book.State.Rules.ContainsKey(rule.Id) ? Ids.New() : rule.Id;
        var subject = Jid.TryParse(rule.Subject.Value, out var jid) ? Subject.Of(jid, rule.Subject.Kind) : rule.Subject;
        return StoreAsync(rule with { Id = id, Owner = rule.Owner.Bare, Subject = subject }, null, cancel);
    }

    public async Task<AnswerResult> RevokeAsync(Jid owner, string ruleId, CancellationToken cancel = default)
    {
        var revoked = await _book.ChangeAsync(
            change =>
            {
                if (!change.State.Rules.TryGetValue(ruleId, out var rule) || rule.Owner != owner.Bare) return null;
                change.Delete(rule);
                return rule;
            },
            cancel).ConfigureAwait(false);
        if (revoked is null) return AnswerResult.NotFound;

        await PublishAsync(new RulesChanged(revoked.Thing, revoked.Owner, null)).ConfigureAwait(false);
        return AnswerResult.Stored;
    }

    /// <summary>Removes the rules that have run out, and tells of each thing once. Returns when the next rule runs out.</summary>
    public async Task<DateTimeOffset?> ExpireAsync(CancellationToken cancel)
    {
        var now = _clock.GetUtcNow();
        var expired = await _book.ChangeAsync(
            change =>
            {
                var over = change.State.Rules.Values.Where(r => !r.IsValidAt(now)).ToArray();
                foreach (var rule in over) change.Delete(rule);
                return over;
            },
            cancel).ConfigureAwait(false);

        foreach (var rule in expired.DistinctBy(r => r.Thing))
            await PublishAsync(new RulesChanged(rule.Thing, rule.Owner, null)).ConfigureAwait(false);
        return _book.State.Rules.Values.Min(r => r.ValidUntil);
    }

    public string Describe(Rule rule) => _sentences.Say(rule);

    public string Describe(Question question) => _sentences.Say(question);

    public void Dispose() => _subscription.Dispose();

    private static ValueTask<Decision> Answer(DecisionOutcome outcome, NameSet names, string reason) => new(new Decision(outcome, names, reason));

    private Verdict Evaluate(RuleBookState state, Thing thing, AccessRequest request) => RuleEvaluator.Evaluate(
        state.RulesFor(thing.Id).Where(r => r.Owner == thing.Owner), request.Operation, request.Caller, request.Names, _clock.GetUtcNow());

    private static Decision Decide(Verdict verdict, AccessRequest request)
    {
        var ids = verdict.Rules.Select(r => r.Id).ToArray();
        return verdict.Allowed.IsEmpty
            ? new(DecisionOutcome.Denied, NameSet.Empty, Sentences.Refused(verdict, request.Names)) { RuleIds = ids }
            : new(DecisionOutcome.Allowed, verdict.Allowed, Sentences.Allowed(verdict)) { RuleIds = ids };
    }

    private async ValueTask<Decision> AskAsync(Thing thing, AccessRequest request, CancellationToken cancel)
    {
        // Evaluated again under the writer's turn: the owner may have answered in between.
        var (verdict, asked, opened) = await _book.ChangeAsync(
            change =>
            {
                var verdict = Evaluate(change.State, thing, request);
                if (verdict.Unknown.IsEmpty) return (verdict, true, null);

                var (isAsked, opened) = _desk.Ask(change, thing, request, verdict.Unknown);
                return (verdict, isAsked, opened);
            },
            cancel).ConfigureAwait(false);

        if (opened is not null) await PublishAsync(new QuestionAsked(opened)).ConfigureAwait(false);
        if (verdict.Unknown.IsEmpty || !verdict.Allowed.IsEmpty) return Decide(verdict, request);

        return asked
            ? new(DecisionOutcome.Asked, NameSet.Empty, "Not allowed yet: the owner has been asked.")
            : new(DecisionOutcome.Denied, NameSet.Empty, "Not allowed: too many questions are open already. Ask again later.");
    }

    private async Task<AnswerResult> StoreAsync(Rule rule, Question? question, CancellationToken cancel)
    {
        if (_registry.Find(rule.Thing)?.Owner != rule.Owner) return AnswerResult.NotFound;
        if (!rule.IsValidAt(_clock.GetUtcNow())) return AnswerResult.AlreadyExpired;

        var whole = rule.Operation == Operation.Befriend;
        rule = rule with
        {
            Covers = whole ? NameSet.All : rule.Covers,
            Allows = whole && !rule.Allows.IsEmpty ? NameSet.All : rule.Covers.Intersect(rule.Allows),
        };
        var result = await _book.ChangeAsync(change => Store(change, rule, question), cancel).ConfigureAwait(false);
        if (result == AnswerResult.Stored) await PublishAsync(new RulesChanged(rule.Thing, rule.Owner, rule)).ConfigureAwait(false);
        return result;
    }

    private AnswerResult Store(RuleBookChange change, Rule rule, Question? question)
    {
        if (question is not null && !change.State.Questions.ContainsKey(QuestionKey.Of(question))) return AnswerResult.NotFound;
        if (rule.Covers.Names is { } names && names.Count > _options.MaxNamesPerQuestion) return AnswerResult.LimitReached;

        var narrowed = change.State.RulesFor(rule.Thing).Select(old => (Old: old, Left: RuleRevision.Narrow(old, rule))).ToArray();
        var kept = change.State.Rules.Values.Count(r => r.Owner == rule.Owner) - narrowed.Count(n => n.Left is null);
        if (kept >= _options.MaxRulesPerOwner) return AnswerResult.LimitReached;

        foreach (var (old, left) in narrowed)
        {
            if (left is null) change.Delete(old);
            else if (!ReferenceEquals(left, old)) change.Save(left);
        }

        change.Save(rule);
        _desk.CloseAnswered(change, rule.Thing);
        return AnswerResult.Stored;
    }

    private async ValueTask ForgetAsync(ThingDisowned gone, CancellationToken cancel)
    {
        await _book.ChangeAsync(
            change =>
            {
                Forget(
                    change,
                    rule => rule.Thing == gone.Thing && rule.Owner == gone.FormerOwner,
                    question => question.Thing == gone.Thing && question.Owner == gone.FormerOwner);
                return true;
            },
            cancel).ConfigureAwait(false);
        await PublishAsync(new RulesChanged(gone.Thing, gone.FormerOwner, null)).ConfigureAwait(false);
    }

    private static void Forget(RuleBookChange change, Func<Rule, bool> ruleGoes, Func<Question, bool> questionGoes)
    {
        foreach (var rule in change.State.Rules.Values.Where(ruleGoes).ToArray()) change.Delete(rule);
        foreach (var question in change.State.Questions.Values.Where(questionGoes).ToArray()) change.Delete(question);
    }

    // What is stored has happened: telling it must not be cut short by a caller who has gone.
    private ValueTask PublishAsync<T>(T domainEvent) where T : class => _events.PublishAsync(domainEvent, CancellationToken.None);
}
