using System.Xml.Linq;

namespace Edge.Tests.Xmpp.Routing;

/// <summary>RFC 6121 §8.5 for iq and presence: to whom each goes, and what its sender is told.</summary>
public sealed class IqAndPresenceTableTests
{
    // Of get, set, result, error: S for the error service-unavailable, D where the named client gets it, - for nothing.
    [Theory]
    [InlineData("nobody@edge.local", "S S - -")]
    [InlineData("nobody@edge.local/phone", "S S - -")]
    [InlineData("juliet@edge.local", "S S - -")]
    [InlineData("juliet@edge.local/gone", "S S - -")]
    [InlineData("juliet@edge.local/phone", "D D D D")]
    [InlineData("juliet@edge.local/silent", "D D D D")] // §8.5.3.1: connected is enough
    [InlineData("romeo@edge.local", "S S - -")]
    [InlineData("edge.local", "S S - -")]
    [InlineData("edge.local/x", "S S - -")]
    [InlineData("things.edge.local", "S S - -")]
    [InlineData("nothing.edge.local", "S S - -")]
    [InlineData("user@things.edge.local", "S S - -")]
    public async Task An_iq_goes_to_the_named_client_or_is_answered_by_the_server(string to, string expected)
    {
        await using var host = new XmppHost();
        var romeo = await host.BoundRawAsync("romeo", "x");
        RawClient[] juliet = [await host.BoundRawAsync("juliet", "phone"), await host.BoundRawAsync("juliet", "silent")];
        await juliet[0].SendAsync("<presence/>");

        string[] types = ["get", "set", "result", "error"];
        foreach (var type in types) await romeo.SendAsync($"<iq type='{type}' id='of-{type}' to='{to}'><q xmlns='urn:test'/></iq>");

        var answers = await SoFarAsync(romeo);
        var got = await SoFarAsync(juliet[0]) + await SoFarAsync(juliet[1]);
        Assert.Equal(expected, string.Join(' ', types.Select(type => answers.Contains($"id='of-{type}'", StringComparison.Ordinal) ? "S" : got.Contains($"id='of-{type}'", StringComparison.Ordinal) ? "D" : "-")));
        var errors = answers.Split("<iq ", StringSplitOptions.RemoveEmptyEntries);
        Assert.All(errors, e => Assert.Contains("<service-unavailable ", e, StringComparison.Ordinal));
        Assert.All(errors, e => Assert.Contains($"from='{to}'", e, StringComparison.Ordinal));
    }

    private static async Task<string> SoFarAsync(RawClient client)
    {
        await client.SendAsync("<iq type='get' id='end'><ping xmlns='urn:xmpp:ping'/></iq>");
        var text = await client.ReadUntilAsync("id='end'");
        return text[..text.LastIndexOf("<iq ", StringComparison.Ordinal)];
    }

    // Of available, unavailable, error, subscribe, probe: who of juliet's clients gets it.
    [Theory]
    [InlineData("nobody@edge.local", "- - - - -")]
    [InlineData("nobody@edge.local/phone", "- - - - -")]
    [InlineData("juliet@edge.local", "phone+shy phone+shy - phone+shy -")]
    [InlineData("juliet@edge.local/gone", "- - - phone+shy -")]
    [InlineData("juliet@edge.local/shy", "shy shy shy phone+shy -")]
    [InlineData("juliet@edge.local/silent", "silent silent silent phone+shy -")]
    public async Task Presence_goes_to_those_who_are_there(string to, string expected)
    {
        string[] types = ["", "unavailable", "error", "subscribe", "probe"];
        var outcomes = new List<string>();
        foreach (var type in types)
        {
            await using var host = new XmppHost();
            var romeo = await host.OnlineAsync("romeo");
            var (phone, shy, silent) = (await host.OnlineAsync("juliet", "phone"), await host.OnlineAsync("juliet", "shy"), await host.ConnectAsync("juliet", "silent"));
            await shy.SendAsync(new XElement("presence", new XElement("priority", "-1")));
            await shy.SoFarAsync();
            await phone.SoFarAsync();

            await romeo.SendPresenceAsync(type.Length == 0 ? null : type, to);
            Assert.DoesNotContain(await romeo.SoFarAsync(), s => (string?)s.Attribute("type") == "error");
            var got = new List<string>();
            foreach (var client in (Edge.Xmpp.Client.XmppClient[])[phone, shy, silent])
            {
                if ((await client.SoFarAsync()).Any(s => s.Name.LocalName == "presence" && ((string)s.Attribute("from")!).StartsWith("romeo@", StringComparison.Ordinal)))
                    got.Add(client.Address.Resource);
            }

            outcomes.Add(got.Count == 0 ? "-" : string.Join('+', got));
        }

        Assert.Equal(expected, string.Join(' ', outcomes));
    }
}
