using Edge.Xmpp.Modules.ContactAddresses;
using Edge.Xmpp.Modules.DataForms;

namespace Edge.Tests.Xmpp.Modules.ContactAddresses;

public sealed class ContactAddressesTests
{
    private const string Info = "<query xmlns='http://jabber.org/protocol/disco#info'/>";

    [Fact]
    public async Task Addresses_are_in_what_the_server_tells_of_itself()
    {
        await using var server = new XmppHost(settings:
        [
            ("xmpp:contactAddresses:abuse:0", "mailto:abuse@edge.local"), ("xmpp:contactAddresses:abuse:1", "xmpp:ann@edge.local"),
            ("xmpp:contactAddresses:support:0", "https://edge.local/help"),
        ]);
        var romeo = await server.OnlineAsync("romeo");

        var info = await romeo.GetAsync("edge.local", Info);

        Assert.True(DataForm.TryFind(info.Payload!, new(), out var form, out _));
        Assert.Equal("http://jabber.org/network/serverinfo", form!.Meaning);
        Assert.Equal(["mailto:abuse@edge.local", "xmpp:ann@edge.local"], form.Find("abuse-addresses")!.Values);
        Assert.Equal("https://edge.local/help", form.Value("support-addresses"));
        Assert.Null(form.Find("admin-addresses"));
    }

    [Fact]
    public async Task Without_addresses_there_is_no_form()
    {
        await using var server = new XmppHost();
        var romeo = await server.OnlineAsync("romeo");

        Assert.DoesNotContain((await romeo.GetAsync("edge.local", Info)).Payload!.Elements(), e => e.Name.LocalName == "x");
    }

    [Fact]
    public void An_address_is_a_uri()
    {
        var options = new ContactAddressesOptions();
        options.Security.Add("ann");
        options.Admin.Add("mailto:ann@edge.local");

        Assert.StartsWith("xmpp:contactAddresses:security has 'ann':", Assert.Single(new ContactAddressesOptionsValidator().Validate(null, options).Failures!), StringComparison.Ordinal);
    }
}
