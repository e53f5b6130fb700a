using System.Net;
using System.Runtime.CompilerServices;
using System.Xml.Linq;

using Edge.Identity.Registration;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Sessions.Negotiation;
using Edge.Xmpp.Wire;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.Registration;

/// <summary>Making an account before signing in, on the stream that is then signed in on (XEP-0077 §3.1.1): a client asks for the form, hands it in signed, and
/// goes on with SASL.</summary>
internal sealed class RegistrationStep(
    RegistrationDesk desk, IRegistrationKeys keys, XmppDomain domain, IOptions<RegistrationModuleOptions> options, IOptions<XmppOptions> limits) : INegotiationStep
{
    private static readonly StanzaError UnexpectedRequest = new("wait", "unexpected-request");

    private readonly ConditionalWeakTable<NegotiationState, Progress> _progress = [];

    public int Order => 25;

    public IEnumerable<XElement> Offer(NegotiationState state)
    {
        if (IsTime(state) && IsOpen) yield return new XElement(RegistrationNames.Feature);
    }

    public bool Takes(NegotiationState state, Stanza element) =>
        state.Account is null && element is { Kind: StanzaKind.Iq, Type: "get" or "set", ChildCount: 1, ChildName: "query" }
        && element.ChildNamespace == RegistrationNames.Register.NamespaceName;

    public async ValueTask<StepOutcome> RunAsync(NegotiationState state, Stanza element, CancellationToken cancel)
    {
        var result = await AnswerAsync(state, element, cancel).ConfigureAwait(false);
        await state.Stream.WriteAsync(ToElement(element.Id ?? "", result), cancel).ConfigureAwait(false);
        if (state.FailedLogins >= limits.Value.MaxLoginAttempts)
            throw new XmppStreamException(StreamErrors.PolicyViolation, $"{state.FailedLogins} attempts failed (xmpp:maxLoginAttempts).");
        return StepOutcome.Continue;
    }

    private bool IsOpen => options.Value.Enabled && keys.IsAnyGood;

    private static bool IsTime(NegotiationState state) => state.Account is null && state.MaySignIn;

    private async ValueTask<IqResult> AnswerAsync(NegotiationState state, Stanza element, CancellationToken cancel)
    {
        var query = element.ToElement().Elements().First();
        if (!IsOpen) return StanzaError.ServiceUnavailable;
        if (!IsTime(state)) return StanzaError.NotAllowed with { Text = "A password is given over TLS only." };
        if (element.HasTo && !string.Equals(XmlTokens.Decode(element.ToBytes), domain.Name, StringComparison.OrdinalIgnoreCase)) return StanzaError.NotAllowed;

        var progress = _progress.GetOrCreateValue(state);
        if (element.Type == "get")
        {
            progress.Form = GivenForm.New();
            return progress.Form.ToElement();
        }

        // XEP-0077 §3.2: whoever has no account cannot remove it.
        if (query.Element(RegistrationNames.Register + "remove") is not null) return UnexpectedRequest;
        // §3.1.1: one identity a stream.
        if (progress.HasRegistered) return StanzaError.NotAcceptable with { Text = "You have an account now: sign in." };

        var form = progress.Form;
        progress.Form = null; // good for one try
        var result = await desk.SubmitAsync(query, form, (state.Remote as IPEndPoint)?.Address, cancel).ConfigureAwait(false);
        if (result.IsAttempt) state.FailedLogins++;
        progress.HasRegistered = result.Outcome == RegistrationOutcome.Made;
        return result.Error is { } error ? error : IqResult.Empty;
    }

    private XElement ToElement(string id, IqResult result)
    {
        var iq = new XElement(
            XmppNames.Client + "iq", new XAttribute("type", result.IsSuccess ? "result" : "error"), new XAttribute("id", id), new XAttribute("from", domain.Name), result.Payload);
        if (result.Error is { } error) iq.Add(Replies.ToElement(LegacyErrors.Numbered(error)));
        return iq;
    }

    private sealed class Progress
    {
        public GivenForm? Form { get; set; }

        public bool HasRegistered { get; set; }
    }
}
