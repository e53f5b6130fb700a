using System.Net;

using Edge.Identity.Accounts;
using Edge.Things;
using Edge.Things.Addresses;

using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.Authentication;

/// <summary>User name and password of an account (<c>mqtt-usrpw</c>). The name may be given as juliet or juliet@domain.</summary>
internal sealed class PasswordCredential(IPasswords passwords, TopicGrants grants, IOptions<ThingsOptions> things, TimeProvider clock) : IMqttCredential
{
    public async ValueTask<MqttVerdict?> JudgeAsync(MqttConnecting connecting, CancellationToken cancel)
    {
        if (connecting.Password is not { } password) return null;
        if (connecting.UserName is not { Length: > 0 } userName)
            return MqttVerdict.Refuse("Its password is no token, and it gives no user name: put an access token in the password, or give both.");

        var now = clock.GetUtcNow(); // before the check: what changes while it runs counts
        // A name of another domain is nobody's here, and takes as long.
        var name = AccountAddress.NameOf(userName, things.Value.Domain);
        var result = await passwords.CheckAsync(name, password, (connecting.RemoteEndPoint as IPEndPoint)?.Address, cancel).ConfigureAwait(false);
        if (result.Account is not { } account) return MqttVerdict.Refuse(result.Detail);

        var address = $"{account.Name}@{things.Value.Domain}";
        var scopes = Placeholders.Resolve(grants.ForAccount(address, account.Roles), address, connecting.ClientId);
        return scopes.Count == 0
            ? MqttVerdict.Refuse($"{address} is granted no topics: add it, or a role of it, to mqtt:authentication:grants.")
            : MqttVerdict.Accept(new(address, scopes, expiresAt: null) { Proof = new Proof { Account = account.Name, MadeAt = now } });
    }
}
