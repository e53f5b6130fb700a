using System.Text;
using System.Xml.Linq;

using Edge.Identity.Accounts;
using Edge.Identity.Sasl;
using Edge.Xmpp.Wire;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Sessions.Negotiation;

/// <summary>RFC 6120 §6: signing in by SCRAM, once the connection is encrypted, or where plain connections are allowed.</summary>
internal sealed partial class SaslStep(
    IAccounts accounts, ScramDecoys decoys, IOptions<XmppOptions> options, ILogger<SaslStep> logger) : INegotiationStep
{
    public int Order => 20;

    public IEnumerable<XElement> Offer(NegotiationState state)
    {
        if (IsTime(state))
            yield return new XElement(XmppNames.Sasl + "mechanisms", ScramMechanism.All.Select(m => new XElement(XmppNames.Sasl + "mechanism", m.Name)));
    }

    public bool Takes(NegotiationState state, Stanza element) =>
        state.Account is null && element.Namespace == XmppNames.Sasl.NamespaceName && element.Name is "auth" or "response" or "abort";

    public async ValueTask<StepOutcome> RunAsync(NegotiationState state, Stanza element, CancellationToken cancel)
    {
        var reply = IsTime(state) ? await NextAsync(state, element, cancel).ConfigureAwait(false) : SaslReply.Fail("encryption-required");
        if (reply.Failure is { } failure) return await FailAsync(state, failure, cancel).ConfigureAwait(false);

        var word = reply.Account is null ? "challenge" : "success";
        var text = Convert.ToBase64String(Encoding.UTF8.GetBytes(reply.Text!));
        if (reply.Account is not null)
        {
            (state.Account, state.Exchange) = (reply.Account, null);
            state.Stream.Trust();
        }

        await state.Stream.WriteAsync(new XElement(XmppNames.Sasl + word, text), cancel).ConfigureAwait(false);
        return reply.Account is null ? StepOutcome.Continue : StepOutcome.Restart;
    }

    private static bool IsTime(NegotiationState state) => state.Account is null && (state.IsEncrypted || state.MayBePlain);

    private async ValueTask<SaslReply> NextAsync(NegotiationState state, Stanza element, CancellationToken cancel)
    {
        if (element.Name == "abort")
        {
            state.Exchange = null;
            return SaslReply.Fail("aborted");
        }

        var tree = element.ToElement();
        if (element.Name == "auth")
        {
            if (ScramMechanism.Find((string?)tree.Attribute("mechanism")) is not { } mechanism) return SaslReply.Fail("invalid-mechanism");
            state.Exchange = new ScramServer(mechanism, accounts, decoys);
        }

        if (state.Exchange is null) return SaslReply.Fail("malformed-request");
        if (!TryDecode(tree.Value, out var text)) return SaslReply.Fail("incorrect-encoding");
        // §6.4.2: without an initial response the server asks for it, with nothing.
        if (text.Length == 0 && element.Name == "auth") return SaslReply.Challenge("");
        return await state.Exchange.NextAsync(text, cancel).ConfigureAwait(false);
    }

    private async ValueTask<StepOutcome> FailAsync(NegotiationState state, string condition, CancellationToken cancel)
    {
        state.Exchange = null;
        LogFailed(condition);
        await state.Stream.WriteAsync(new XElement(XmppNames.Sasl + "failure", new XElement(XmppNames.Sasl + condition)), cancel).ConfigureAwait(false);
        if (++state.FailedLogins >= options.Value.MaxLoginAttempts) // §6.4.5
            throw new XmppStreamException(StreamErrors.NotAuthorized, $"{state.FailedLogins} log-ins failed (xmpp:maxLoginAttempts).");
        return StepOutcome.Continue;
    }

    private static bool TryDecode(string value, out string text)
    {
        text = "";
        var trimmed = value.Trim();
        if (trimmed is "" or "=") return true; // "=" is an empty initial response

        var bytes = new byte[trimmed.Length];
        if (!Convert.TryFromBase64String(trimmed, bytes, out var length)) return false;
        text = Encoding.UTF8.GetString(bytes, 0, length);
        return true;
    }

    [LoggerMessage(EventId = 3002, Level = LogLevel.Information, Message = "A log-in failed: {Condition}")]
    private partial void LogFailed(string condition);
}
