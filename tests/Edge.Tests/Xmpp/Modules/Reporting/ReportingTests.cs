using System.Xml.Linq;

using Edge.Tests.Mqtt.Harness;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Modules.Reporting;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Edge.Tests.Xmpp.Modules.Reporting;

public sealed class ReportingTests
{
    private static readonly XNamespace Blocking = "urn:xmpp:blocking";

    [Fact]
    public async Task A_report_with_a_block_is_in_the_log_and_the_address_is_blocked()
    {
        using var log = new LogCapture();
        await using var host = new XmppHost(more: s => s.AddLogging(l => l.AddProvider(log)));
        var (romeo, juliet) = (await host.OnlineAsync("romeo"), await host.OnlineAsync("juliet"));
        var block = XElement.Parse(
            "<block xmlns='urn:xmpp:blocking'><item jid='mallory@edge.local'/><item jid='romeo@edge.local'><report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:spam'><text>Never came\ntrouble</text></report></item></block>");
        Assert.True((await juliet.RequestAsync(null, IqType.Set, block)).IsSuccess);

        var line = Assert.Single(log.Lines, l => l.Contains("reports", StringComparison.Ordinal));
        Assert.Contains("juliet@edge.local blocks romeo@edge.local and reports spam: 'Never came trouble'", line, StringComparison.Ordinal);
        await romeo.SendMessageAsync(juliet.Address, "?");
        Assert.Contains("service-unavailable", (await romeo.MessageAsync()).ToString(), StringComparison.Ordinal);
        var features = (await juliet.RequestAsync(Conversation.Of("edge.local"), IqType.Get, new XElement(XName.Get("query", "http://jabber.org/protocol/disco#info")))).Payload!.ToString();
        Assert.All((string[])["urn:xmpp:reporting:1", "urn:xmpp:reporting:0", "urn:xmpp:reporting:reason:spam:0", "urn:xmpp:reporting:reason:abuse:0"], f => Assert.Contains($"\"{f}\"", features, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("<report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:abuse'/>", "abuse", "")]
    [InlineData("<report xmlns='urn:xmpp:reporting:1'><text>x</text></report>", "other", "x")]
    [InlineData("<report xmlns='urn:xmpp:reporting:0'><spam xmlns='urn:xmpp:reporting:reason:spam:0'/><text>y</text></report>", "spam", "y")]
    public void What_a_report_says_is_read_in_both_forms(string report, string reason, string text) =>
        Assert.Equal(new ReportText(reason, text), ReportText.Find(new XElement(Blocking + "item", XElement.Parse(report))));

    [Fact]
    public void A_block_without_a_report_is_none_and_a_long_text_is_cut()
    {
        Assert.Null(ReportText.Find(new XElement(Blocking + "item")));
        var report = new XElement(ReportText.Namespace + "report", new XElement(ReportText.Namespace + "text", new string('x', 1000)));
        Assert.Equal(201, ReportText.Find(new XElement(Blocking + "item", report))!.Text.Length);
    }
}
