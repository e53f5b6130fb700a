namespace Edge.Things.Provisioning;

/// <summary>
/// The provisioning service's decisions (XEP-0324): rules first, then a question to the owner. Deny by default: where no rule speaks the
/// answer is no now, and the owner is asked once.
/// </summary>
public interface IProvisioning
{
    /// <summary>Decides a request; may ask the owner. The owner himself is always allowed.</summary>
    ValueTask<Decision> DecideAsync(AccessRequest request, CancellationToken cancel = default);

    /// <summary>The open questions of an owner, oldest first.</summary>
    IReadOnlyList<Question> QuestionsFor(Jid owner);

    /// <summary>The rules of an owner, newest first.</summary>
    IReadOnlyList<Rule> RulesOf(Jid owner);

    /// <summary>Answers a question: the question goes, a rule is kept. What the question asked and the answer does not allow is refused
    /// from now on for the same subject and time, so that it is not asked again.</summary>
    Task<AnswerResult> AnswerAsync(Jid owner, string questionId, Answer answer, CancellationToken cancel = default);

    /// <summary>Stores a rule that no question led to (owner's own wish, or an owner client's rule stanza).</summary>
    Task<AnswerResult> AddRuleAsync(Rule rule, CancellationToken cancel = default);

    /// <summary>Takes a rule back.</summary>
    Task<AnswerResult> RevokeAsync(Jid owner, string ruleId, CancellationToken cancel = default);

    /// <summary>The rule as a sentence: "visitor@edge.local may read temperature, but not humidity, of Sensor 1 until 22 Nov 2026, 12:00 UTC".</summary>
    string Describe(Rule rule);

    /// <summary>The question as a sentence: "visitor@edge.local wants to read temperature and humidity of Sensor 1".</summary>
    string Describe(Question question);
}
