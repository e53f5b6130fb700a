using Edge.Portal.Layout;
using Edge.Portal.Security;
using Edge.Things.Provisioning;

namespace Edge.Portal.Pages.Questions;

/// <summary>Counts the questions that wait for the owner.</summary>
internal sealed class QuestionBadge(IProvisioning provisioning) : IMenuBadge
{
    public string What => "open";

    public int CountFor(PortalUser user) => provisioning.QuestionsFor(user.Jid).Count;
}
