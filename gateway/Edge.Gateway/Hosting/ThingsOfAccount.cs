using Edge.Identity.Accounts;
using Edge.Things;
using Edge.Things.Provisioning;
using Edge.Things.Registry;

using Microsoft.Extensions.Options;

namespace Edge.Gateway.Hosting;

/// <summary>What an account owns and may do in the domain: its things lose their owner, with what was decided about them, and nobody's rules speak of it any more.
/// Whoever gets the name later owns nothing and may do nothing.</summary>
internal sealed class ThingsOfAccount(IThingRegistry registry, IProvisioning provisioning, IOptions<ThingsOptions> things) : IAccountData
{
    public string Name => "things and rules";

    public async ValueTask DeleteAsync(string account, CancellationToken cancel)
    {
        var address = Jid.Parse($"{account}@{things.Value.Domain}");
        foreach (var thing in registry.OwnedBy(address)) await registry.DisownAsync(address, thing.Id, cancel); // questions and rules about it go, too
        foreach (var thing in registry.All.Where(t => t.Id.Jid == address)) await registry.UnregisterAsync(thing.Id, cancel); // a device that was one itself

        var owners = registry.All.Select(t => t.Owner).OfType<Jid>().ToHashSet();
        foreach (var owner in owners)
        {
            foreach (var rule in provisioning.RulesOf(owner).Where(r => r.Subject == new Subject(SubjectKind.Caller, address.ToString())))
                await provisioning.RevokeAsync(owner, rule.Id, cancel);
        }
    }
}
