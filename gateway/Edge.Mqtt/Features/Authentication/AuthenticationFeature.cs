using Edge.Identity.Accounts;
using Edge.Identity.Tokens;
using Edge.Transport;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.Authentication;

/// <summary>
/// Who a client is: whatever it shows is judged by the <see cref="IMqttCredential"/> of its kind. A session lasts little longer than its proof, and ends at once
/// when the proof is taken back. Clients that show nothing are left to the features behind, which may grant a bootstrap session.
/// </summary>
internal sealed class AuthenticationFeature(
    IEnumerable<IMqttCredential> credentials, BearerProof bearer, ProofWatch watch, IOptions<AuthenticationOptions> options, TimeProvider clock) : IMqttFeature
{
    /// <summary>The authentication method of MQTT 5 (§4.12) whose data is an access token.</summary>
    public const string BearerMethod = "OAUTH2-JWT";

    private readonly IMqttCredential[] _credentials = [.. credentials];
    private readonly TimeSpan _grace = TimeSpan.FromSeconds(options.Value.GraceSeconds);

    public MqttStage Stage => MqttStage.Identify;

    public static void AddServices(IServiceCollection services, IConfiguration section)
    {
        services.AddOptions<AuthenticationOptions>().Bind(section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AuthenticationOptions>, AuthenticationOptionsValidator>());
        services.AddSingleton<TopicGrants>().AddSingleton<BearerProof>().AddSingleton<ProofWatch>();
        services.AddSingleton<IAccountSessions, MqttAccountSessions>().AddSingleton<IAccountData, MqttAccountData>();

        // In the order in which they are asked.
        services.AddSingleton<IMqttCredential, TokenCredential>()
            .AddSingleton<IMqttCredential, PasswordCredential>()
            .AddSingleton<IMqttCredential, CertificateCredential>()
            .AddSingleton<IMqttCredential, AnonymousCredential>();
    }

    public async ValueTask OnConnectingAsync(MqttConnecting connecting, CancellationToken cancel)
    {
        foreach (var credential in _credentials)
        {
            if (await credential.JudgeAsync(connecting, cancel).ConfigureAwait(false) is not { } verdict) continue;

            if (verdict.Identity is { } identity) connecting.Accept(identity);
            // One code whatever is wrong: that is for the log, not for whoever tries names and tokens.
            else connecting.Refuse(MqttReason.NotAuthorized, verdict.Refusal);
            return;
        }
    }

    public ValueTask OnIdentifiedAsync(MqttConnecting connecting, CancellationToken cancel)
    {
        if (connecting is { Identity.IsBootstrap: true, Policy.AllowBootstrap: false })
            connecting.Refuse(MqttReason.NotAuthorized, $"The listener {connecting.Policy.Name} grants no bootstrap sessions: connect with a token.");
        return default;
    }

    public async ValueTask OnAuthenticateAsync(MqttAuthenticating authenticating, CancellationToken cancel)
    {
        if (authenticating.Method != BearerMethod) return;

        var token = System.Text.Encoding.UTF8.GetString(authenticating.Data.Span);
        var verdict = await bearer.JudgeAsync(token, userName: null, authenticating.ClientId, cancel).ConfigureAwait(false);
        if (verdict.Identity is not { } identity)
            authenticating.Refuse(MqttReason.NotAuthorized, verdict.Refusal);
        else if (authenticating.IsReauthentication && identity.Subject != authenticating.Identity?.Subject)
            // The session and what waits in it are somebody's; a token of somebody else's does not inherit them.
            authenticating.Refuse(MqttReason.NotAuthorized, "Its new token is another subject's: connect anew with it.");
        else
            authenticating.Accept(identity, default);
    }

    public ValueTask OnConnectedAsync(IMqttSession session, CancellationToken cancel)
    {
        watch.Connected(session);
        return default;
    }

    public void OnHeartbeat(IMqttSession session)
    {
        var identity = session.Identity;
        var now = clock.GetUtcNow();
        if (identity.ExpiresAt is { } end && now >= end)
        {
            if (identity.IsBootstrap)
                session.End(EndReason.LimitExceeded, "Its bootstrap session is over (mqtt:nodeProtocol:bootstrapSeconds): connect again, with a token where it has one.", MqttReason.NotAuthorized);
            // MQTT 5 has no packet by which a server asks for re-authentication: only the client may begin one ([MQTT-4.12.1-1]). A client that means to stay
            // sends AUTH 0x19 before its token runs out, or within the grace; whoever did not is told 0x87. MQTT 3.1.1 knows but the end; its will is sent.
            else if (now - end >= _grace)
                session.End(EndReason.TokenExpired, "Its token ran out: connect again with a fresh one.", MqttReason.NotAuthorized);
        }
        else watch.Heartbeat(session, now);
    }
}
