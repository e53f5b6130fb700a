using Edge.Portal.Layout;
using Edge.Portal.Security;
using Edge.Things.Provisioning;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Edge.Portal.Pages.Questions;

/// <summary>Takes the owner's answer to a question.</summary>
internal sealed class AnswerAction : IPortalEndpoints
{
    private const string Page = "/questions";

    public void Map(IEndpointRouteBuilder portal) => portal.MapPost("/questions/answer", AnswerAsync);

    private static async Task<IResult> AnswerAsync(
        HttpContext http, IFormCollection form, IProvisioning provisioning, Notes notes, TimeProvider clock)
    {
        var owner = PortalUser.From(http.User)!.Jid;
        if (provisioning.QuestionsFor(owner).FirstOrDefault(q => q.Id == form["question"]) is not { } question)
            return Reply.Back(http, notes, new("This question was answered already."), Page);

        var (answer, problem) = AnswerForm.Read(form, question, clock);
        if (answer is null) return Reply.Back(http, notes, new(problem!, IsProblem: true), Page);

        var result = await provisioning.AnswerAsync(owner, question.Id, answer, http.RequestAborted);
        return Reply.Back(http, notes, Say(result, owner, question, answer, provisioning), Page);
    }

    private static Note Say(AnswerResult result, Edge.Things.Jid owner, Question question, Edge.Things.Provisioning.Answer answer, IProvisioning provisioning)
    {
        var subject = Subject.Of(question.Caller, answer.Scope);
        var rule = provisioning.RulesOf(owner).FirstOrDefault(r => r.Thing == question.Thing && r.Subject == subject && r.Operation == question.Operation);
        return result switch
        {
            AnswerResult.Stored => new($"Done: {(rule is null ? "your answer is kept" : provisioning.Describe(rule))}."),
            AnswerResult.NotFound => new("This question was answered already."),
            AnswerResult.AlreadyExpired => new("That time is over already. Give a later one.", IsProblem: true),
            _ => new("Your answer was not kept: you have as many rules as this gateway takes (things:maxRulesPerOwner). Take some back first.", IsProblem: true),
        };
    }
}
