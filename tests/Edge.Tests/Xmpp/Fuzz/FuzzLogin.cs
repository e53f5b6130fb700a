using System.Xml.Linq;

using Edge.Identity.Accounts;
using Edge.Xmpp.Sessions.Negotiation;
using Edge.Xmpp.Wire;

namespace Edge.Tests.Xmpp.Fuzz;

/// <summary>Lets romeo in without a password: a million passwords would take hours, and are not what is looked at.</summary>
internal sealed class FuzzLogin(IAccounts accounts) : INegotiationStep
{
    public int Order => 15;

    public IEnumerable<XElement> Offer(NegotiationState state) => [];

    public bool Takes(NegotiationState state, Stanza element) =>
        state.Account is null && element.Is(XmppNames.Sasl + "auth") && element.ToElement().Attribute("mechanism")?.Value == "FUZZ";

    public async ValueTask<StepOutcome> RunAsync(NegotiationState state, Stanza element, CancellationToken cancel)
    {
        state.Account = await accounts.FindAsync("romeo", cancel);
        state.Stream.Trust();
        await state.Stream.WriteAsync(new XElement(XmppNames.Sasl + "success"), cancel);
        return StepOutcome.Restart;
    }
}
