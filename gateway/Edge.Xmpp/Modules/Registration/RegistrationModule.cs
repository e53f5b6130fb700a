using System.Xml.Linq;

using Edge.Identity.Accounts;
using Edge.Xmpp.Modules.SignedForms;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Sessions.Negotiation;
using Edge.Xmpp.Sessions.Sasl;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.Registration;

/// <summary>XEP-0077: what the owner of an account does with it from a client that is signed in: look, change the password, remove it. Accounts are made before
/// signing in (<see cref="RegistrationStep"/>), and by signed forms only.</summary>
[Xep(77, "2.4", Note = "Making accounts by signed forms only (XEP-0348)")]
internal sealed partial class RegistrationModule(
    IAccountLife life, XmppDomain domain, CredentialSessions credentials, IOptions<RegistrationModuleOptions> options, ILogger<RegistrationModule> logger) : IXmppModule
{
    private const string Xmpp = "xmpp";

    private static readonly XName Remove = RegistrationNames.Register + "remove";
    private static readonly StanzaError NotAuthorized = new("auth", "not-authorized");

    public static void AddServices(IServiceCollection services, IConfiguration section)
    {
        services.AddOptions<RegistrationModuleOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RegistrationModuleOptions>, RegistrationModuleOptionsValidator>();
        services.AddSingleton<SeenSignatures>().AddSingleton<RegistrationBooks>().AddSingleton<RegistrationDesk>();
        services.AddSingleton<INegotiationStep, RegistrationStep>();
    }

    public void Configure(XmppModuleBuilder xmpp) => xmpp
        .OnDomain().Feature(RegistrationNames.Register.NamespaceName, FormSignature.Feature)
        .OnIqGet(RegistrationNames.Query, Look).OnIqSet(RegistrationNames.Query, ChangeAsync)
        .OnAccount().Feature(RegistrationNames.Register.NamespaceName)
        .OnIqGet(RegistrationNames.Query, Look).OnIqSet(RegistrationNames.Query, ChangeAsync);

    private ValueTask<IqResult> Look(Iq request, CancellationToken cancel)
    {
        if (!domain.IsAccount(request.From)) return new(LegacyErrors.Numbered(StanzaError.ServiceUnavailable)); // a component has no account

        return new(new XElement(
            RegistrationNames.Query,
            new XElement(RegistrationNames.Register + "registered"),
            new XElement(RegistrationNames.Register + "instructions", "This account is registered. Give its name and another password to change it, or remove it."),
            new XElement(RegistrationNames.Register + "username", request.From.Local),
            new XElement(RegistrationNames.Register + "password")));
    }

    private async ValueTask<IqResult> ChangeAsync(Iq request, CancellationToken cancel) => LegacyErrors.Numbered(await JudgeAsync(request, cancel).ConfigureAwait(false));

    private async Task<IqResult> JudgeAsync(Iq request, CancellationToken cancel)
    {
        if (!domain.IsAccount(request.From)) return StanzaError.ServiceUnavailable;
        // A token was given for something less than the account itself.
        if (credentials.IsByToken(request.From)) return NotAuthorized with { Text = "Sign in with the password for this." };

        var own = life.Sessions(request.From.Local).FirstOrDefault(s => s.Kind == Xmpp && s.Client == request.From.Resource);
        return request.Payload.Element(Remove) is null
            ? await SetPasswordAsync(request, own, cancel).ConfigureAwait(false)
            : await RemoveAsync(request, own, cancel).ConfigureAwait(false);
    }

    private async Task<IqResult> SetPasswordAsync(Iq request, AccountSession? own, CancellationToken cancel)
    {
        if (!options.Value.PasswordChange) return StanzaError.NotAllowed with { Text = "Passwords are changed in the portal (xmpp:registration:passwordChange)." };

        var (name, password) = (Text(request.Payload, "username"), Text(request.Payload, "password"));
        if (name is null || password is null) return StanzaError.BadRequest;
        if (!string.Equals(SaslAuthzid.NameOf(domain, name), request.From.Local, StringComparison.OrdinalIgnoreCase)) return StanzaError.NotAllowed;

        return await life.SetPasswordAsync(request.From.Local, password, own, cancel).ConfigureAwait(false) switch
        {
            AccountError.None => IqResult.Empty,
            var error and (AccountError.BadPassword or AccountError.UnfitPassword) => StanzaError.NotAcceptable with { Text = AccountErrorText.Of(error) },
            _ => new StanzaError("auth", "registration-required"),
        };
    }

    private async Task<IqResult> RemoveAsync(Iq request, AccountSession? own, CancellationToken cancel)
    {
        if (!options.Value.Removal) return StanzaError.NotAllowed with { Text = "Accounts are removed by the operator (xmpp:registration:removal)." };
        if (request.Payload.Elements().Count() != 1) return StanzaError.BadRequest; // §3.2: the only child

        // Whatever is left of it, the account is nobody's any more: the answer first, then the end of its session with the stream error not-authorized.
        void End() => _ = EndAsync(request.From.Local, own);
        return await life.DeleteAsync(request.From.Local, own, cancel).ConfigureAwait(false) switch
        {
            AccountError.None => IqResult.Empty with { Answered = End },
            AccountError.LastOperator => StanzaError.NotAllowed with { Text = AccountErrorText.Of(AccountError.LastOperator) },
            AccountError.Unfinished => new IqResult(null, StanzaError.InternalServerError with { Text = "The account is disabled; the rest of it is removed later." }) { Answered = End },
            _ => new StanzaError("auth", "registration-required"),
        };
    }

    /// <summary>Ends the session that asked, then frees the name: what that session wrote last goes, too.</summary>
    private async Task EndAsync(string account, AccountSession? own)
    {
        if (own is null) return;

        try
        {
            await life.EndSessionAsync(account, own.Kind, own.Id, "The account was removed.").ConfigureAwait(false);
            await life.FinishDeletionAsync(account).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            LogNotFreed(e, account);
        }
    }

    private static string? Text(XElement query, string name) => query.Element(RegistrationNames.Register + name)?.Value is { Length: > 0 } text ? text : null;

    [LoggerMessage(EventId = 3321, Level = LogLevel.Error, Message = "{Account} was removed by its owner, but its name is not free: that is done at the next start")]
    private partial void LogNotFreed(Exception e, string account);
}
