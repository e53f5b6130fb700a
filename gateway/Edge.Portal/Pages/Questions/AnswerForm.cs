using System.Globalization;
using Edge.Things;
using Edge.Things.Provisioning;
using Microsoft.AspNetCore.Http;

namespace Edge.Portal.Pages.Questions;

/// <summary>Reads an owner's answer from the form under a question. Only what was asked can be allowed, whatever the form says.</summary>
internal static class AnswerForm
{
    public const string Verdict = "verdict";
    public const string Allow = "allow";
    public const string Refuse = "refuse";
    public const string Names = "names";
    public const string Everything = "everything";
    public const string Scope = "scope";
    public const string Until = "until";
    public const string Date = "date";

    /// <summary>How long an answer may hold, with the words for it; the first is preselected, being the shortest.</summary>
    public static readonly IReadOnlyList<(string Value, string Words)> Spans =
    [
        ("tomorrow", "Until tomorrow, this time"), ("week", "For a week"), ("month", "For a month"),
        ("always", "Until I change it"), ("date", "Until the end of this day:"),
    ];

    /// <summary>The answer, or the sentence that says what is missing.</summary>
    public static (Answer? Answer, string? Problem) Read(IFormCollection form, Question question, TimeProvider clock)
    {
        if (ScopeOf(form[Scope]) is not { } scope) return (null, "Choose whom your answer is for.");

        var (until, problem) = UntilOf(form, clock);
        if (problem is not null) return (null, problem);

        return form[Verdict].ToString() switch
        {
            Refuse => (new(NameSet.Empty, scope, until), null),
            Allow when question.Operation == Operation.Befriend => (new(NameSet.All, scope, until), null),
            Allow => Allowed(form, question) is { IsEmpty: false } allowed
                ? (new(allowed, scope, until), null)
                : (null, "Nothing was ticked. Tick what you allow, or press Refuse."),
            _ => (null, "Press Allow or Refuse."),
        };
    }

    private static NameSet Allowed(IFormCollection form, Question question)
    {
        if (question.Names.IsAll && form[Everything] == "yes") return NameSet.All;

        return NameSet.Of(form[Names].OfType<string>()).Intersect(question.Names);
    }

    private static SubjectKind? ScopeOf(string? value) => value switch
    {
        "caller" => SubjectKind.Caller,
        "domain" => SubjectKind.Domain,
        "anyone" => SubjectKind.Anyone,
        _ => null,
    };

    private static (DateTimeOffset? Until, string? Problem) UntilOf(IFormCollection form, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return form[Until].ToString() switch
        {
            "tomorrow" => (now.AddDays(1), null),
            "week" => (now.AddDays(7), null),
            "month" => (now.AddMonths(1), null),
            "always" => (null, null),
            "date" => EndOf(form[Date], clock) is not { } end ? (null, "Give the day your answer holds until.")
                : end <= now ? (null, "That day is over already. Give a later one.")
                : (end, null),
            _ => (null, "Choose how long your answer holds."),
        };
    }

    /// <summary>Midnight after the day, where the gateway is.</summary>
    private static DateTimeOffset? EndOf(string? day, TimeProvider clock)
    {
        if (!DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) || date.Year > 9990) return null;

        var midnight = date.AddDays(1).ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(midnight, clock.LocalTimeZone.GetUtcOffset(midnight)).ToUniversalTime();
    }
}
