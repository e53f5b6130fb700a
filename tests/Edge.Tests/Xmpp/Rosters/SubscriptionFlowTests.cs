using System.Xml.Linq;

using Edge.Things;
using Edge.Xmpp.Client;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Rosters;

namespace Edge.Tests.Xmpp.Rosters;

/// <summary>Every cell of the tables of RFC 6121 appendix A, with those of pre-approval (§3.4), played with a client on one side and a contact in
/// each state on the other. The states are written as in <see cref="SubscriptionStateTests"/>.</summary>
public sealed class SubscriptionFlowTests
{
    private static readonly string[] States = SubscriptionStateTests.States;

    // For each type, in the order of the states: what it becomes, and + where the contact gets the stanza.
    [Theory]
    [InlineData("subscribe", "No+ No+ Noi+ Noi+ T+ Ti+ Fo+ Fo+ B+ Noa+ Noa+ Ta+ Foa+")]
    [InlineData("unsubscribe", "N+ N+ Ni+ Ni+ N+ Ni+ F+ F+ F+ Na+ Na+ Na+ Fa+")]
    [InlineData("subscribed", "Na Noa F+ Fo+ Ta B+ F Fo B Na Noa Ta Fa")]
    [InlineData("unsubscribed", "N No N+ No+ T T+ N+ No+ T+ N No T N+")]
    public async Task What_a_client_sends(string type, string expected)
    {
        var contacts = new ContactsModule();
        await using var host = new XmppHost(module: contacts);
        var romeo = await OnlineAsync(host);
        contacts.Seen.Clear();

        foreach (var contact in contacts.Addresses) await romeo.SendPresenceAsync(type, contact.ToString());
        await romeo.SoFarAsync();

        Assert.Equal(expected, await TableAsync(host, contacts, i => contacts.Seen.Contains($"{type} {contacts.Addresses[i]}")));
    }

    // As above; + where the account's client gets the stanza, = where the server answers "subscribed" by itself.
    [Theory]
    [InlineData("subscribe", "Ni+ Noi+ Ni Noi Ti+ Ti F= Fo= B= Fa= Foa= Ba= Fa=")]
    [InlineData("unsubscribe", "N No N+ No+ T T+ N+ No+ T+ Na Noa Ta Na+")]
    [InlineData("subscribed", "N T+ Ni Ti+ T Ti F B+ B Na Ta+ Ta Fa")]
    [InlineData("unsubscribed", "N N+ Ni Ni+ N+ Ni+ F F+ F+ Na Na+ Na+ Fa")]
    public async Task What_a_contact_sends(string type, string expected)
    {
        var contacts = new ContactsModule();
        await using var host = new XmppHost(module: contacts);
        var romeo = await OnlineAsync(host);
        contacts.Seen.Clear();

        foreach (var contact in contacts.Addresses)
            await host.Get<IStanzaSender>().SendAsync(contact, romeo.Address.Bare, new XElement("presence", new XAttribute("type", type)));

        var got = (await romeo.SoFarAsync()).Where(s => s.Name.LocalName == "presence" && (string?)s.Attribute("type") == type).Select(s => (string)s.Attribute("from")!).ToList();
        var table = await TableAsync(host, contacts, i => got.Contains(contacts.Addresses[i].ToString()), i => contacts.Seen.Contains($"subscribed {contacts.Addresses[i]}"));
        Assert.Equal(expected, table);
        // Who is granted by the server sees the account's clients at once; who loses the right sees them go.
        Assert.All(States.Index().Where(s => expected.Split(' ')[s.Index].EndsWith('=')), s => Assert.Contains($" {contacts.Addresses[s.Index]}", contacts.Seen));
        var lost = type == "unsubscribe" ? States.Index().Where(s => s.Item[0] is 'F' or 'B').Select(s => $"unavailable {contacts.Addresses[s.Index]}") : [];
        Assert.Equal(lost, contacts.Seen.Where(s => s.StartsWith("unavailable", StringComparison.Ordinal)));
    }

    /// <summary>Everybody in his state; romeo is there, and has asked for the roster.</summary>
    private static async Task<XmppClient> OnlineAsync(XmppHost host)
    {
        foreach (var (i, state) in States.Index())
        {
            var item = new RosterItem(ContactsModule.AddressOf(i)) { State = SubscriptionStateTests.Read(state), IsListed = true };
            await host.Get<RosterStore>().ChangeAsync("romeo", roster => roster.With(item), null, CancellationToken.None);
        }

        var romeo = await host.OnlineAsync("romeo");
        await romeo.SoFarAsync();
        return romeo;
    }

    private static async Task<string> TableAsync(XmppHost host, ContactsModule contacts, Func<int, bool> passed, Func<int, bool>? answered = null)
    {
        var roster = await host.Get<RosterStore>().FindAsync("romeo", CancellationToken.None);
        return string.Join(' ', States.Index().Select(s =>
            SubscriptionStateTests.Write(roster.Find(contacts.Addresses[s.Index])?.State ?? default)
            + (passed(s.Index) ? "+" : "") + (answered?.Invoke(s.Index) == true ? "=" : "")));
    }

    /// <summary>A contact for each state, each at a service of its own.</summary>
    private sealed class ContactsModule : IXmppModule
    {
        public Jid[] Addresses { get; } = [.. States.Index().Select(s => AddressOf(s.Index))];

        public List<string> Seen { get; } = [];

        public static Jid AddressOf(int state) => Jid.Parse($"contact{state}.edge.local");

        public void Configure(XmppModuleBuilder xmpp)
        {
            foreach (var address in Addresses)
            {
                xmpp.OnService(address.Domain.Split('.')[0], "component", "generic", "A contact").OnPresence((presence, _) =>
                {
                    Seen.Add($"{presence.Type} {presence.To}");
                    return ValueTask.CompletedTask;
                });
            }
        }
    }
}
