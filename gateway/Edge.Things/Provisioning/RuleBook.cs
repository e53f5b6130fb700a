using System.Collections.Immutable;

using Edge.Storage;

namespace Edge.Things.Provisioning;

/// <summary>What one question is about: it is asked once for each of these.</summary>
internal readonly record struct QuestionKey(ThingId Thing, Jid Caller, Operation Operation)
{
    public static QuestionKey Of(Question question) => new(question.Thing, question.Caller, question.Operation);
}

/// <summary>Every rule and open question at one moment.</summary>
internal sealed record RuleBookState(
    ImmutableDictionary<string, Rule> Rules,
    ImmutableDictionary<ThingId, ImmutableArray<Rule>> RulesByThing,
    ImmutableDictionary<QuestionKey, Question> Questions)
{
    public static RuleBookState Empty { get; } = new(
        ImmutableDictionary<string, Rule>.Empty,
        ImmutableDictionary<ThingId, ImmutableArray<Rule>>.Empty,
        ImmutableDictionary<QuestionKey, Question>.Empty);

    /// <summary>The rules about a thing.</summary>
    public ImmutableArray<Rule> RulesFor(ThingId thing) => RulesByThing.GetValueOrDefault(thing, []);

    /// <summary>This state with a rule added or replaced.</summary>
    public RuleBookState With(Rule rule)
    {
        var others = RulesFor(rule.Thing).RemoveAll(r => r.Id == rule.Id);
        return this with { Rules = Rules.SetItem(rule.Id, rule), RulesByThing = RulesByThing.SetItem(rule.Thing, others.Add(rule)) };
    }

    /// <summary>This state without a rule.</summary>
    public RuleBookState Without(Rule rule)
    {
        var others = RulesFor(rule.Thing).RemoveAll(r => r.Id == rule.Id);
        return this with
        {
            Rules = Rules.Remove(rule.Id),
            RulesByThing = others.IsEmpty ? RulesByThing.Remove(rule.Thing) : RulesByThing.SetItem(rule.Thing, others),
        };
    }
}

/// <summary>Changes that are stored together or not at all.</summary>
internal sealed class RuleBookChange(RuleBookState before)
{
    private readonly StoreBatch _batch = new();

    /// <summary>The state with the changes so far.</summary>
    public RuleBookState State { get; private set; } = before;

    /// <summary>True where something is to be stored.</summary>
    public bool IsDurable { get; private set; }

    /// <summary>What is to be stored.</summary>
    public StoreBatch Batch => _batch;

    public void Save(Rule rule)
    {
        State = State.With(rule);
        _batch.Save(RuleBook.RuleStore, rule.Id, rule);
        IsDurable = true;
    }

    public void Delete(Rule rule)
    {
        State = State.Without(rule);
        _batch.Delete(RuleBook.RuleStore, rule.Id);
        IsDurable = true;
    }

    /// <summary>Saves a question; a count alone need not survive a power cut, so that asking again costs no write.</summary>
    public void Save(Question question, bool durably = true)
    {
        State = State with { Questions = State.Questions.SetItem(QuestionKey.Of(question), question) };
        if (!durably) return;

        _batch.Save(RuleBook.QuestionStore, question.Id, question);
        IsDurable = true;
    }

    public void Delete(Question question)
    {
        State = State with { Questions = State.Questions.Remove(QuestionKey.Of(question)) };
        _batch.Delete(RuleBook.QuestionStore, question.Id);
        IsDurable = true;
    }
}

/// <summary>The rules and open questions: in memory as a snapshot that readers take, in the store by atomic batches, one writer at a time.</summary>
internal sealed class RuleBook(IStorage storage) : IDisposable
{
    public const string RuleStore = "rules";
    public const string QuestionStore = "questions";

    private readonly SemaphoreSlim _writer = new(1, 1);
    private volatile RuleBookState _state = RuleBookState.Empty;

    /// <summary>The state now.</summary>
    public RuleBookState State => _state;

    /// <summary>Reads what was stored; called once, before anybody asks.</summary>
    public async Task LoadAsync(CancellationToken cancel)
    {
        var state = RuleBookState.Empty;
        await foreach (var (_, rule) in storage.Open<Rule>(RuleStore).ListAsync(cancel: cancel).ConfigureAwait(false)) state = state.With(rule);

        var questions = state.Questions.ToBuilder();
        await foreach (var (_, question) in storage.Open<Question>(QuestionStore).ListAsync(cancel: cancel).ConfigureAwait(false))
            questions[QuestionKey.Of(question)] = question;

        _state = state with { Questions = questions.ToImmutable() };
    }

    /// <summary>Lets <paramref name="decide"/> see the state and note changes; they are stored as one, then everybody sees them.</summary>
    public async Task<T> ChangeAsync<T>(Func<RuleBookChange, T> decide, CancellationToken cancel)
    {
        await _writer.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            var change = new RuleBookChange(_state);
            var result = decide(change);
            if (change.IsDurable) await storage.CommitAsync(change.Batch, cancel).ConfigureAwait(false);
            _state = change.State;
            return result;
        }
        finally
        {
            _writer.Release();
        }
    }

    public void Dispose() => _writer.Dispose();
}
