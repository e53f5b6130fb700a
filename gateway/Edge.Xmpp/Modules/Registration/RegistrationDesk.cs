using System.Net;
using System.Xml.Linq;

using Edge.Identity.Accounts;
using Edge.Identity.Registration;
using Edge.Transport;
using Edge.Xmpp.Modules.DataForms;
using Edge.Xmpp.Modules.SignedForms;
using Edge.Xmpp.Routing;

using Microsoft.Extensions.Logging;

namespace Edge.Xmpp.Modules.Registration;

/// <summary>What keeps a desk's counts and keys.</summary>
internal sealed record RegistrationBooks(IRegistrationKeys Keys, IRegistrar Registrar, SeenSignatures Seen, ISignInGuard Guard, XmppMetrics Metrics);

/// <summary>How a registration ended.</summary>
internal enum RegistrationOutcome
{
    /// <summary>There is an account more.</summary>
    Made,

    /// <summary>The client thought better of it (XEP-0004 §3.1, <c>cancel</c>).</summary>
    Cancelled,

    /// <summary>It was refused.</summary>
    Failed,
}

/// <summary>How a registration ended, the error for the client where it failed, and whether that counts as a failed attempt.</summary>
internal readonly record struct RegistrationResult(RegistrationOutcome Outcome, StanzaError? Error = null, bool IsAttempt = false);

/// <summary>Judges submitted forms and makes the accounts.</summary>
internal sealed partial class RegistrationDesk(
    RegistrationBooks books, XmppDomain domain, Microsoft.Extensions.Options.IOptions<DataFormOptions> forms, TimeProvider clock, ILogger<RegistrationDesk> logger)
{
    private readonly LogThrottle _throttle = new(clock);

    /// <summary>Takes what a client hands in for the form that its stream was given.</summary>
    public async Task<RegistrationResult> SubmitAsync(XElement query, GivenForm? given, IPAddress? from, CancellationToken cancel)
    {
        if (books.Guard.Check(null, from) is { } refusal)
            return Fail(from, StanzaError.ResourceConstraint with { Text = "Too many attempts failed: wait a minute." }, refusal.Detail, isAttempt: false);
        if (!DataForm.TryFind(query, forms.Value, out var form, out var unreadable)) return Fail(from, unreadable, "Its form cannot be read.");
        if (form is null) return Fail(from, StanzaError.NotAcceptable with { Text = "Accounts are made with the signed form only (XEP-0348): ask for it first." }, "It sent no form: it needs a client that knows XEP-0348, and a key.");
        if (form.Type == FormType.Cancel) return new(RegistrationOutcome.Cancelled);

        var (error, detail) = await JudgeAsync(form, given, cancel).ConfigureAwait(false);
        if (error is not null) return Fail(from, error, detail);

        return await RegisterAsync(form, from, cancel).ConfigureAwait(false);
    }

    /// <summary>XEP-0348 §2.6: whatever is wrong with the signature, the answer is bad-request; the log says more.</summary>
    private async Task<(StanzaError? Error, string Detail)> JudgeAsync(DataForm form, GivenForm? given, CancellationToken cancel)
    {
        if (form.Type != FormType.Submit || form.Meaning != FormSignature.Feature || form.Value(SignedFormFields.Version) != "1.0") return Bad("Its form is not the one that was given out.");
        if (given is null || form.Value(SignedFormFields.Token) != given.Token) return Bad("Its form was not given out on this stream, or was handed in already: it must ask for another.");
        if (!FormSignature.Methods.Contains(form.Value(SignedFormFields.Method) ?? "", StringComparer.Ordinal)) return Bad("It signs with a method that is not taken: HMAC-SHA1 or HMAC-SHA256.");

        var (id, nonce) = (form.Value(SignedFormFields.ConsumerKey) ?? "", form.Value(SignedFormFields.Nonce));
        if (books.Seen.CheckTime(form.Value(SignedFormFields.Timestamp), nonce, out var time) != Freshness.Fresh)
            return Bad("The time of its signature is too far from ours (xmpp:registration:clockToleranceSeconds), or there is no nonce: compare the clocks.");

        var secret = await books.Keys.SecretOfAsync(id, cancel).ConfigureAwait(false);
        // Who names no key of ours is checked all the same, against nothing that fits.
        if (!FormSignature.IsRight(form, ["", domain.Name], secret ?? given.TokenSecret + given.Token, given.TokenSecret) || secret is null)
            return Bad("Its key is unknown, or the signature is wrong: compare key and secret with 'registration keys list'.");

        return books.Seen.Note(id, time, nonce!) switch
        {
            Freshness.Fresh => (null, ""),
            Freshness.Full => (StanzaError.ResourceConstraint, "More signatures are remembered than xmpp:registration:maxRemembered allows."),
            _ => Bad("It was signed with a nonce that was here before."),
        };
    }

    private async Task<RegistrationResult> RegisterAsync(DataForm form, IPAddress? from, CancellationToken cancel)
    {
        var (name, password) = (form.Value(GivenForm.UserName) ?? "", form.Value(GivenForm.Password) ?? "");
        if (name.Length == 0 || password.Length == 0) return Fail(from, StanzaError.NotAcceptable with { Text = "Give a name and a password." }, "Its name or password is missing.", isAttempt: false);

        var id = form.Value(SignedFormFields.ConsumerKey)!;
        var (account, key) = await books.Registrar.RegisterAsync(id, name, password, from, cancel).ConfigureAwait(false);
        return (account, key) switch
        {
            (AccountError.None, RegistrationKeyError.None) => Made(),
            (_, RegistrationKeyError.UsedUp) => Fail(from, StanzaError.ResourceConstraint with { Text = "The quota of this key is used up." }, $"The quota of its key {id} is used up: make another with 'registration keys add'.", isAttempt: false),
            (_, not RegistrationKeyError.None) => Fail(from, StanzaError.Forbidden with { Text = "This key is not good any more." }, $"Its key {id} is switched off, over or revoked: see 'registration keys list'.", isAttempt: false),
            (AccountError.NameTaken, _) => Fail(from, new("cancel", "conflict", AccountErrorText.Of(account)), "The name is taken.", isAttempt: false),
            (AccountError.TooMany, _) => Fail(from, StanzaError.ResourceConstraint, "identity:maxAccounts is reached.", isAttempt: false),
            _ => Fail(from, StanzaError.NotAcceptable with { Text = AccountErrorText.Of(account) }, AccountErrorText.Of(account), isAttempt: false),
        };
    }

    private RegistrationResult Made()
    {
        books.Metrics.Registered("ok");
        return new(RegistrationOutcome.Made);
    }

    private RegistrationResult Fail(IPAddress? from, StanzaError error, string detail, bool isAttempt = true)
    {
        if (isAttempt) books.Guard.Failed(null, from);
        if (_throttle.TryTake(ClientNetwork.Of(from), out var others)) LogRefused(from?.ToString() ?? "memory", error.Condition, detail, others);
        books.Metrics.Registered("failed");
        return new(RegistrationOutcome.Failed, error, isAttempt);
    }

    private static (StanzaError, string) Bad(string detail) => (StanzaError.BadRequest with { Text = "The form is not signed as it must be (XEP-0348)." }, detail);

    [LoggerMessage(EventId = 3320, Level = LogLevel.Warning, Message = "A registration from {Address} was refused ({Condition}). {Detail} ({Others} more from there since the last such line)")]
    private partial void LogRefused(string address, string condition, string detail, long others);
}
