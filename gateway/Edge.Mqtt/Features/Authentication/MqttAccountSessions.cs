using Edge.Identity.Accounts;
using Edge.Things;
using Edge.Transport;

using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.Authentication;

/// <summary>The MQTT sessions of accounts: who signed in with the password, and who shows a token of the account's.</summary>
internal sealed class MqttAccountSessions(IMqttSessions sessions, IOptions<ThingsOptions> things, TimeProvider clock) : IAccountSessions
{
    public string Kind => "mqtt";

    public IReadOnlyList<AccountSession> List(string account) =>
        [.. Of(account).Select(s => new AccountSession(Kind, s.ClientId, s.ClientId, s.RemoteEndPoint?.ToString() ?? "", clock.GetUtcNow() - s.Age))];

    public ValueTask EndAsync(string account, string? sessionId, string reason)
    {
        foreach (var session in Of(account).Where(s => sessionId is null || s.ClientId == sessionId))
            session.End(EndReason.Revoked, reason, MqttReason.NotAuthorized);
        return default;
    }

    // Certificates have names of their own (mqtt:authentication:certificatePrefix), which are no accounts'.
    private IEnumerable<IMqttSession> Of(string account)
    {
        var address = $"{account}@{things.Value.Domain}";
        return sessions.Connected().Where(s => !s.Identity.IsBootstrap && string.Equals(s.Identity.Subject, address, StringComparison.OrdinalIgnoreCase));
    }
}
