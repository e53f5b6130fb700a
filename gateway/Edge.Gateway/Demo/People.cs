using Edge.Identity.Accounts;
using Edge.Identity.Devices;
using Edge.Identity.Tokens;
using Edge.Things;

using Microsoft.Extensions.Options;

namespace Edge.Gateway.Demo;

/// <summary>The owner and the visitor as the gateway knows them, and the factory's line for the virtual node.</summary>
internal sealed class People(IAccounts accounts, IAccountLife life, IDeviceSecrets manifest, ITokenService tokens, IOptions<ThingsOptions> things)
{
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(12);

    /// <summary>The owner's address.</summary>
    public Jid Owner => Jid.Parse($"{DemoSecrets.Owner}@{things.Value.Domain}");

    /// <summary>The visitor's address.</summary>
    public Jid Visitor => Jid.Parse($"{DemoSecrets.Visitor}@{things.Value.Domain}");

    /// <summary>Makes what is not there yet; harmless to repeat.</summary>
    public async Task SettleAsync(DemoSecrets secrets, CancellationToken cancel)
    {
        await AccountAsync(DemoSecrets.Owner, secrets.OwnerPassword, Roles.Owner | Roles.Operator, cancel);
        await AccountAsync(DemoSecrets.Visitor, secrets.VisitorPassword, Roles.None, cancel);
        await manifest.AddAsync(new FactoryDevice(secrets.NodeId, secrets.DeviceSecret, secrets.ClaimKey) { Name = "Sensor 1" }, cancel);
    }

    /// <summary>An MQTT token: everybody has a tree of his own and a common one; the owner also hears the nodes.</summary>
    public AccessToken MqttToken(Jid person)
    {
        List<TopicScope> scopes =
        [
            new(TopicAccess.ReadWrite, $"people/{person.Local}/#"),
            new(TopicAccess.ReadWrite, "demo/#"),
        ];
        if (person == Owner) scopes.Add(new(TopicAccess.Read, "edge/v1/+/up/#"));
        return tokens.Issue(person.ToString(), person.Local, scopes, TokenLifetime);
    }

    private async Task AccountAsync(string name, string password, Roles roles, CancellationToken cancel)
    {
        var error = await accounts.CreateAsync(name, password, roles, cancel);
        if (error == AccountError.NameTaken) error = await life.SetPasswordAsync(name, password, cancel: cancel);
        if (error != AccountError.None) throw new InvalidOperationException($"The demonstration's account {name} cannot be made: {error}.");
    }
}
