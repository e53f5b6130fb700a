using Edge.TestKit;
using Edge.Xmpp.Modules;

namespace Edge.Tests.Xmpp.Sessions;

/// <summary>Clients that mean harm: each is refused with the stream error that says why, and a client beside them is served all the time.</summary>
public sealed class HostileClientTests : IAsyncLifetime
{
    private const int Many = 2_000;

    private readonly XmppHost _host = new(settings: ("xmpp:connections:total", $"{Many + 1}"));
    private Edge.Xmpp.Client.XmppClient _witness = null!;

    public async ValueTask InitializeAsync() => _witness = await _host.OnlineAsync("juliet");

    public static TheoryData<string, string> Attacks => new()
    {
        { "<!DOCTYPE lolz [<!ENTITY lol 'lol'><!ENTITY lol2 '&lol;&lol;'>]>", "restricted-xml" },
        { "<message><body>&lol9;</body></message>", "restricted-xml" },
        { string.Concat(Enumerable.Repeat("<a>", 1_000)), "policy-violation" },
        { "<message " + string.Concat(Enumerable.Range(0, 2_000).Select(i => $"a{i}='' ")) + "/>", "policy-violation" },
        { "<" + new string('n', 20_000) + "/>", "policy-violation" },
        { "<message to='" + new string('x', 300_000), "policy-violation" },
        { "<message><body>" + new string('x', 300_000), "policy-violation" },
        { "<message><body>\uFFFF</body></message>", "not-well-formed" },
        { "GET / HTTP/1.1\r\nHost: edge.local\r\n\r\n", "bad-format" },
        { "\0\0\0\0", "bad-format" },
    };

    [Theory, MemberData(nameof(Attacks))]
    public async Task Before_signing_in(string text, string condition)
    {
        var raw = _host.OpenRaw();
        await raw.SendAsync(RawClient.Header + text);
        Assert.Contains($"<{condition} ", await raw.ReadToEndAsync(), StringComparison.Ordinal);
        await WitnessAsync();
    }

    [Theory, MemberData(nameof(Attacks))]
    public async Task After_signing_in(string text, string condition)
    {
        var raw = await _host.BoundRawAsync("romeo");
        await raw.SendAsync(text);
        Assert.Contains($"<{condition} ", await raw.ReadToEndAsync(), StringComparison.Ordinal);
        await WitnessAsync();
    }

    [Theory]
    [InlineData(new byte[] { 0xF0, 0x9F, 0x98, (byte)'<' }, "unsupported-encoding")] // a character that is cut off
    [InlineData(new byte[] { 0xC0, 0xBC }, "unsupported-encoding")] // an overlong '<'
    public async Task Bytes_that_are_no_UTF_8_are_refused_when_their_element_is_whole(byte[] bytes, string condition)
    {
        var raw = await _host.BoundRawAsync("romeo");
        await raw.SendAsync("<message><body>");
        await raw.SendAsync(bytes.Where(b => b != (byte)'<').ToArray());
        await raw.SendAsync("</body></message>");
        Assert.Contains($"<{condition} ", await raw.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<stream:a/>")] // once written anew without end, until the stack was full
    [InlineData("<stream:a stream:b='c'><stream:d/></stream:a>")]
    public async Task An_element_of_the_stream_s_own_within_a_stanza_is_passed_on_complete_in_itself(string payload)
    {
        var raw = await _host.BoundRawAsync("romeo");
        await raw.SendAsync($"<message to='juliet@edge.local' type='chat'>{payload}</message>");
        var message = await _witness.MessageAsync();
        Assert.Equal(System.Xml.Linq.XName.Get("a", "http://etherx.jabber.org/streams"), Assert.Single(message.Elements()).Name);
    }

    [Fact]
    public async Task A_stream_that_drips_ends_when_its_time_is_over()
    {
        var raw = _host.OpenRaw();
        foreach (var c in "<stream:stream to='edge.local' x")
        {
            await raw.SendAsync(c.ToString());
            _host.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Contains("<connection-timeout ", await raw.ReadToEndAsync(), StringComparison.Ordinal);
        await WitnessAsync();
    }

    [Fact]
    public async Task Thousands_that_do_not_sign_in_take_no_place_for_long_and_one_too_many_is_told()
    {
        var crowd = Enumerable.Range(0, Many).Select(_ => _host.OpenRaw()).ToList();
        await Task.WhenAll(crowd.Select((raw, i) => i % 2 == 0 ? raw.SendAsync(RawClient.Header) : Task.CompletedTask));
        Assert.Contains("<resource-constraint ", await _host.OpenRaw().ReadToEndAsync(), StringComparison.Ordinal);
        await WitnessAsync();

        _host.Clock.Advance(TimeSpan.FromSeconds(31));
        await Eventually.HoldsAsync(() => _host.Server.Count == 1);
        await WitnessAsync();
    }

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    private async Task WitnessAsync() =>
        Assert.True((await _witness.RequestAsync(null, IqType.Get, new(System.Xml.Linq.XName.Get("ping", "urn:xmpp:ping")))).IsSuccess);
}
