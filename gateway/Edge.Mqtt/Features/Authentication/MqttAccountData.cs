using Edge.Identity.Accounts;
using Edge.Mqtt.Sessions;
using Edge.Things;

using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.Authentication;

/// <summary>The sessions that wait for an account's clients, with subscriptions, messages and wills: they go with the account. A session is found again by address and
/// client identifier, which whoever gets the name later has, too.</summary>
internal sealed class MqttAccountData(SessionRegistry sessions, IOptions<ThingsOptions> things) : IAccountData
{
    public string Name => "MQTT sessions";

    public async ValueTask DeleteAsync(string account, CancellationToken cancel) =>
        await sessions.DropAllAsync($"{account}@{things.Value.Domain}", "Its account was deleted.", cancel).ConfigureAwait(false);
}
