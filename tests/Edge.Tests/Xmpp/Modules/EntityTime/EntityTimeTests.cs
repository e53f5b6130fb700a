using System.Xml.Linq;

using Edge.Xmpp.Modules;
using Edge.Xmpp.Modules.DateTimes;

namespace Edge.Tests.Xmpp.Modules.EntityTime;

public sealed class EntityTimeTests
{
    [Theory]
    [InlineData("edge.local")]
    [InlineData("things.edge.local")]
    public async Task The_time_is_told_in_utc_with_the_offset_of_the_gateways_zone(string host)
    {
        await using var server = new XmppHost();
        var romeo = await server.OnlineAsync("romeo");
        XNamespace ns = "urn:xmpp:time";

        var time = (await romeo.RequestAsync(Conversation.Of(host), IqType.Get, new XElement(ns + "time"))).Payload!;

        Assert.Equal(XmppTime.Write(server.Clock.GetUtcNow()), time.Element(ns + "utc")!.Value);
        Assert.Equal(XmppTime.WriteZone(server.Clock.GetLocalNow().Offset), time.Element(ns + "tzo")!.Value);
    }
}
