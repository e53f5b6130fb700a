using System.Runtime.CompilerServices;

using Edge.Identity.Tokens;
using Edge.Transport;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.Authentication;

/// <summary>
/// Who a client is: the access token in its password says so. A session lasts no longer than its token, and ends at once when the token is taken back.
/// Clients without a password are left to the features behind, which may grant a bootstrap session.
/// </summary>
internal sealed class AuthenticationFeature : IMqttFeature, IDisposable
{
    private readonly ConditionalWeakTable<MqttIdentity, string> _tokens = [];
    private readonly ITokenService _service;
    private readonly IMqttSessions _sessions;
    private readonly AuthenticationOptions _options;
    private readonly TimeProvider _clock;

    public AuthenticationFeature(ITokenService service, IMqttSessions sessions, IOptions<AuthenticationOptions> options, TimeProvider clock)
    {
        (_service, _sessions, _options, _clock) = (service, sessions, options.Value, clock);
        service.Revoked += OnRevoked;
    }

    public MqttStage Stage => MqttStage.Identify;

    public static void AddServices(IServiceCollection services, IConfiguration section)
    {
        services.AddOptions<AuthenticationOptions>().Bind(section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AuthenticationOptions>, AuthenticationOptionsValidator>());
    }

    public ValueTask OnConnectingAsync(MqttConnecting connecting, CancellationToken cancel)
    {
        if (connecting.Password is { } token) CheckToken(connecting, token);
        else if (connecting.Policy.AllowAnonymous) connecting.Accept(Anonymous(connecting));
        return default;
    }

    public ValueTask OnIdentifiedAsync(MqttConnecting connecting, CancellationToken cancel)
    {
        if (connecting is { Identity.IsBootstrap: true, Policy.AllowBootstrap: false })
            connecting.Refuse(MqttRefusal.NotAuthorized, $"The listener {connecting.Policy.Name} grants no bootstrap sessions: connect with a token.");
        return default;
    }

    // Between the first check and this moment the token may have been taken back, when the session was not there to be ended.
    public ValueTask OnConnectedAsync(IMqttSession session, CancellationToken cancel)
    {
        if (_tokens.TryGetValue(session.Identity, out var token) && _service.Validate(token).Claims is null) End(session, EndReason.Revoked);
        return default;
    }

    public void OnHeartbeat(IMqttSession session)
    {
        var identity = session.Identity;
        if (identity.ExpiresAt <= _clock.GetUtcNow()) End(session, EndReason.TokenExpired);
        else if (identity.IsBootstrap && session.Age >= TimeSpan.FromSeconds(_options.BootstrapSeconds))
            session.End(EndReason.LimitExceeded, $"A bootstrap session lasts mqtt:authentication:bootstrapSeconds ({_options.BootstrapSeconds}).");
    }

    public void Dispose() => _service.Revoked -= OnRevoked;

    private static void End(IMqttSession session, EndReason reason) => session.End(
        reason,
        reason == EndReason.TokenExpired ? "Its token ran out: connect again with a fresh one." : "Its token was taken back: ask the owner, then fetch a new one.");

    private static MqttIdentity Anonymous(MqttConnecting connecting) =>
        new("anonymous", connecting.ClientId, [new(TopicAccess.ReadWrite, "#"), new(TopicAccess.ReadWrite, "$SYS/#")], expiresAt: null);

    private void CheckToken(MqttConnecting connecting, string token)
    {
        var validation = _service.Validate(token);
        if (validation.Claims is { } claims)
        {
            var identity = new MqttIdentity(claims.Subject, claims.ClientId, claims.Scopes, claims.ExpiresAt);
            _tokens.Add(identity, token);
            connecting.Accept(identity);
            return;
        }

        // One return code for every token that does not do: what is wrong with it is for the log, not for whoever tries tokens.
        connecting.Refuse(MqttRefusal.NotAuthorized, validation.Error switch
        {
            TokenError.Expired => "Its token has run out: refresh it.",
            TokenError.NotYetValid => "Its token is not valid yet: compare the clocks.",
            TokenError.Revoked => "Its token was taken back: ask the owner, then fetch a new one.",
            _ => "Its password is no token of this gateway: fetch a new one.",
        });
    }

    private void OnRevoked(string tokenClient)
    {
        foreach (var session in _sessions.Connected().Where(s => s.Identity.TokenClient == tokenClient)) End(session, EndReason.Revoked);
    }
}
