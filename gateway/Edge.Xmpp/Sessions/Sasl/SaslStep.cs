using System.Text;
using System.Xml.Linq;

using Edge.Identity.Accounts;
using Edge.Identity.Sasl;
using Edge.Xmpp.Sessions.Negotiation;
using Edge.Xmpp.Wire;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Sessions.Sasl;

/// <summary>RFC 6120 §6: signing in by one of the mechanisms, once the connection is encrypted, or where plain connections are allowed.</summary>
internal sealed partial class SaslStep(
    IEnumerable<ISaslMechanism> mechanisms, SaslLimits limits, IAccountChanges changes, IOptions<XmppOptions> options, ILogger<SaslStep> logger) : INegotiationStep
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ISaslMechanism[] _mechanisms = [.. mechanisms.OrderBy(m => m.Order)];

    public int Order => 20;

    public IEnumerable<XElement> Offer(NegotiationState state)
    {
        if (!IsTime(state)) yield break;

        var offered = _mechanisms.Where(m => m.CanOffer(state)).Select(m => new XElement(XmppNames.Sasl + "mechanism", m.Name)).ToList();
        if (offered.Count > 0) yield return new XElement(XmppNames.Sasl + "mechanisms", offered);
    }

    public bool Takes(NegotiationState state, Stanza element) =>
        state.Account is null && element.Namespace == XmppNames.Sasl.NamespaceName && element.Name is "auth" or "response" or "abort";

    public async ValueTask<StepOutcome> RunAsync(NegotiationState state, Stanza element, CancellationToken cancel)
    {
        var exchange = state.Exchange;
        var reply = IsTime(state)
            ? limits.Refuse(state, null) ?? await NextAsync(state, element, cancel).ConfigureAwait(false)
            : SaslReply.Fail(SaslConditions.EncryptionRequired);
        exchange = state.Exchange ?? exchange;
        limits.Note(state, exchange, reply);
        if (reply.Failure is not null) return await FailAsync(state, reply, cancel).ConfigureAwait(false);

        var word = reply.Account is null ? "challenge" : "success";
        if (reply.Account is not null)
        {
            (state.Account, state.Exchange) = (reply.Account, null);
            state.Stream.Trust();
        }

        var text = reply.Text is { Length: > 0 } words ? Convert.ToBase64String(Encoding.UTF8.GetBytes(words)) : null;
        await state.Stream.WriteAsync(new XElement(XmppNames.Sasl + word, text), cancel).ConfigureAwait(false);
        return reply.Account is null ? StepOutcome.Continue : StepOutcome.Restart;
    }

    private static bool IsTime(NegotiationState state) => state.Account is null && state.MaySignIn;

    private async ValueTask<SaslReply> NextAsync(NegotiationState state, Stanza element, CancellationToken cancel)
    {
        if (element.Name == "abort") return SaslReply.Fail(SaslConditions.Aborted);

        var tree = element.ToElement();
        if (element.Name == "auth")
        {
            var name = (string?)tree.Attribute("mechanism");
            if (_mechanisms.FirstOrDefault(m => m.Name == name) is not { } mechanism) return SaslReply.Fail(SaslConditions.InvalidMechanism);
            if (!mechanism.CanOffer(state)) return SaslReply.Fail(mechanism.WhenNotOffered(state), $"It asks for {name}, which is not offered on this connection.");

            (state.Exchange, state.Mechanism, state.AccountChanges) = (mechanism.Begin(state), mechanism.Name, changes.Count);
            // §6.4.2: without an initial response the server asks for it, with nothing; "=" is an empty one (§6.3.10, which EXTERNAL sends).
            if (tree.Value.Trim().Length == 0) return SaslReply.Challenge("");
        }

        if (state.Exchange is not { } exchange) return SaslReply.Fail(SaslConditions.MalformedRequest);
        if (Decode(tree.Value, out var text) is { } fault) return SaslReply.Fail(fault);

        var reply = await exchange.NextAsync(text, cancel).ConfigureAwait(false);
        // Only now it is known whose password is being guessed.
        return reply.Failure is null && limits.Refuse(state, exchange.ClaimedName) is { } refusal ? refusal : reply;
    }

    private async ValueTask<StepOutcome> FailAsync(NegotiationState state, SaslReply reply, CancellationToken cancel)
    {
        (state.Exchange, state.Credential) = (null, null);
        state.FailedLogins++;
        if (reply.Failure != SaslConditions.Aborted)
        {
            if (limits.MayLog(state, out var others)) LogFailed(state.Remote?.ToString() ?? "memory", reply.Failure!, reply.Detail, others);
            await limits.DelayAsync(state.FailedLogins, cancel).ConfigureAwait(false);
        }

        await state.Stream.WriteAsync(new XElement(XmppNames.Sasl + "failure", new XElement(XmppNames.Sasl + reply.Failure!)), cancel).ConfigureAwait(false);
        if (state.FailedLogins >= options.Value.MaxLoginAttempts) // §6.4.5
            throw XmppStreamException.Policy($"{state.FailedLogins} log-ins failed (xmpp:maxLoginAttempts).");
        return StepOutcome.Continue;
    }

    /// <summary>The words behind the base64, or the condition of what is wrong with them.</summary>
    private string? Decode(string value, out string text)
    {
        text = "";
        var trimmed = value.Trim();
        if (trimmed is "" or "=") return null;
        if (trimmed.Length > limits.Options.MaxMessageBytes * 4L / 3 + 4) return SaslConditions.MalformedRequest;

        var bytes = new byte[trimmed.Length];
        if (!Convert.TryFromBase64String(trimmed, bytes, out var length)) return SaslConditions.IncorrectEncoding;

        try
        {
            text = StrictUtf8.GetString(bytes, 0, length);
            return null;
        }
        catch (DecoderFallbackException)
        {
            return SaslConditions.MalformedRequest;
        }
    }

    [LoggerMessage(EventId = 3300, Level = LogLevel.Warning, Message = "A log-in from {Address} failed ({Condition}). {Detail} ({Others} more from there since the last such line)")]
    private partial void LogFailed(string address, string condition, string detail, long others);
}
