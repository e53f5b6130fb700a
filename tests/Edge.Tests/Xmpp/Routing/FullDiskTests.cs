using System.Xml.Linq;

using Edge.Tests.Things;
using Edge.Xmpp.Client;

namespace Edge.Tests.Xmpp.Routing;

public sealed class FullDiskTests
{
    [Fact]
    public async Task What_cannot_be_stored_is_refused_and_the_rest_goes_on()
    {
        await using var storage = new DictionaryStorage();
        await using var host = new XmppHost(storage);
        var (romeo, nurse) = (await host.OnlineAsync("romeo"), await host.OnlineAsync("nurse"));
        storage.IsBroken = true;

        await romeo.SendMessageAsync(Conversation.Of("juliet@edge.local"), "to be kept");
        await romeo.SendPresenceAsync("subscribe", "juliet@edge.local");
        Assert.Equal("internal-server-error", (await romeo.SetRosterAsync(new XAttribute("jid", "juliet@edge.local"))).Error?.Condition);
        Assert.Equal(["message", "presence"], (await ErrorsAsync(romeo)).Select(e => e.Name.LocalName));
        await romeo.SendMessageAsync(nurse.Address, "to be passed");
        Assert.Equal("to be passed", (await nurse.MessageAsync()).Value);

        storage.IsBroken = false;
        await romeo.SendMessageAsync(Conversation.Of("juliet@edge.local"), "to be kept");
        Assert.Empty(await ErrorsAsync(romeo));
        var juliet = await host.ConnectAsync("juliet");
        await juliet.SendPresenceAsync();
        Assert.Equal("to be kept", (await juliet.MessageAsync()).Element(Conversation.Client + "body")?.Value);
    }

    private static async Task<List<XElement>> ErrorsAsync(XmppClient client) =>
        [.. (await client.SoFarAsync()).Where(s => s.Descendants(XName.Get("internal-server-error", "urn:ietf:params:xml:ns:xmpp-stanzas")).Any())];
}
