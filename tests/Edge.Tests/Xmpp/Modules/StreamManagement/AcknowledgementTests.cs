namespace Edge.Tests.Xmpp.Modules.StreamManagement;

public sealed class AcknowledgementTests
{
    [Fact]
    public async Task It_is_offered_to_whoever_has_signed_in()
    {
        await using var host = new XmppHost();
        var raw = host.OpenRaw();
        await raw.SendAsync(RawClient.Header);
        Assert.DoesNotContain("urn:xmpp:sm:3", await raw.ReadUntilAsync("</stream:features>"), StringComparison.Ordinal);
        await raw.SignInAsync("romeo");
        await raw.SendAsync(RawClient.Header);
        Assert.Contains("<sm xmlns='urn:xmpp:sm:3'/>", await raw.ReadUntilAsync("</stream:features>"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "<enabled xmlns='urn:xmpp:sm:3'/>")]
    [InlineData("resume='false'", "<enabled xmlns='urn:xmpp:sm:3'/>")]
    [InlineData("resume='true'", "resume='true' max='300'/>")]
    [InlineData("resume='1' max='60'", "resume='true' max='60'/>")]
    [InlineData("resume='true' max='999999'", "resume='true' max='300'/>")]
    [InlineData("resume='true' max='often'", "resume='true' max='300'/>")]
    public async Task What_is_asked_for_is_answered_with_what_is_given(string asked, string given)
    {
        await using var host = new XmppHost();
        var raw = await host.BoundRawAsync("romeo");
        await raw.SendAsync($"<enable {Managed.Names} {asked}/>");
        Assert.Contains(given, await raw.SoFarAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_resumption_is_switched_off_there_are_acknowledgements_still()
    {
        await using var host = new XmppHost(settings: ("xmpp:streamManagement:resumeSeconds", "0"));
        var (raw, id) = await host.ManagedAsync("romeo");
        Assert.Equal("", id);
        await raw.SendAsync($"<r {Managed.Names}/>");
        Assert.Contains("h='0'", await raw.ReadUntilAsync("/>"), StringComparison.Ordinal);
        var (_, answer) = await host.ResumeAsync("romeo", "any", 0);
        Assert.Contains("<feature-not-implemented", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_enabled_after_binding_only()
    {
        await using var host = new XmppHost();
        var raw = await host.SignedInRawAsync("romeo");
        await raw.SendAsync($"<enable {Managed.Names} resume='true'/>");
        Assert.Contains("<unexpected-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>", await raw.ReadUntilAsync("</failed>"), StringComparison.Ordinal);
        await raw.BindAsync();
        Assert.NotEqual("", await raw.EnableAsync());
    }

    [Fact]
    public async Task It_is_enabled_once_only()
    {
        await using var host = new XmppHost();
        var (raw, _) = await host.ManagedAsync("romeo");
        await raw.SendAsync($"<enable {Managed.Names}/>");
        var answer = await raw.ReadToEndAsync();
        Assert.Contains("<failed xmlns='urn:xmpp:sm:3'><unexpected-request", answer, StringComparison.Ordinal);
        Assert.Contains("<policy-violation", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<r xmlns='urn:xmpp:sm:3'/>")]
    [InlineData("<a xmlns='urn:xmpp:sm:3' h='0'/>")]
    [InlineData("<resume xmlns='urn:xmpp:sm:3' h='0' previd='x'/>")]
    public async Task Without_it_its_elements_are_refused_and_the_stream_goes_on(string element)
    {
        await using var host = new XmppHost();
        var raw = await host.BoundRawAsync("romeo");
        await raw.SendAsync(element);
        Assert.Contains("<unexpected-request", await raw.SoFarAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_is_answered_with_the_count_of_stanzas_since_it_was_enabled()
    {
        await using var host = new XmppHost();
        var raw = await host.BoundRawAsync("romeo");
        await raw.SoFarAsync(); // one before, which does not count
        await raw.EnableAsync();
        for (var i = 0; i < 3; i++) await raw.SoFarAsync();
        await raw.SendAsync($"<r {Managed.Names}/><message to='juliet@edge.local'/><r {Managed.Names}/>");
        await raw.ReadUntilAsync("<a xmlns='urn:xmpp:sm:3' h='3'/>");
        await raw.ReadUntilAsync("<a xmlns='urn:xmpp:sm:3' h='4'/>");
    }

    [Fact]
    public async Task What_waits_is_asked_for_once_a_second_and_not_with_every_stanza()
    {
        await using var host = new XmppHost();
        var (romeo, _) = await host.PresentAsync("romeo");
        var juliet = await host.BoundRawAsync("juliet");
        for (var i = 0; i < 3; i++) await juliet.SayAsync("romeo@edge.local", $"m{i}");
        await juliet.SoFarAsync();
        Assert.DoesNotContain("<r ", await romeo.ReadUntilAsync("m2</body></message>"), StringComparison.Ordinal);

        host.Clock.Advance(TimeSpan.FromSeconds(1));
        await romeo.ReadUntilAsync("<r xmlns='urn:xmpp:sm:3'/>");
        host.Clock.Advance(TimeSpan.FromSeconds(5)); // it has been asked for
        await romeo.SendAsync($"<a {Managed.Names} h='4'/>");
        Assert.DoesNotContain("<r ", await romeo.SoFarAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_busy_client_is_asked_every_twenty_stanzas()
    {
        await using var host = new XmppHost();
        var (romeo, _) = await host.PresentAsync("romeo");
        var juliet = await host.BoundRawAsync("juliet");
        for (var i = 0; i < 25; i++) await juliet.SayAsync("romeo@edge.local", $"m{i}");
        var text = await romeo.ReadUntilAsync("m24</body></message>");
        Assert.Single(text.Split("<r xmlns='urn:xmpp:sm:3'/>")[1..]);
    }

    [Fact]
    public async Task Whoever_acknowledges_what_was_never_sent_is_told_the_counts()
    {
        await using var host = new XmppHost();
        var (raw, _) = await host.PresentAsync("romeo");
        await raw.SendAsync($"<a {Managed.Names} h='10'/>");
        var answer = await raw.ReadToEndAsync();
        Assert.Contains("<stream:error><undefined-condition xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>", answer, StringComparison.Ordinal);
        Assert.Contains("<handled-count-too-high xmlns='urn:xmpp:sm:3' h='10' send-count='1'/>", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<a xmlns='urn:xmpp:sm:3'/>")]
    [InlineData("<a xmlns='urn:xmpp:sm:3' h='-1'/>")]
    [InlineData("<a xmlns='urn:xmpp:sm:3' h='4294967296'/>")]
    public async Task An_acknowledgement_without_a_count_ends_the_stream(string element)
    {
        await using var host = new XmppHost();
        var (raw, _) = await host.ManagedAsync("romeo");
        await raw.SendAsync(element);
        Assert.Contains("<bad-format", await raw.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_never_acknowledges_loses_its_session_in_the_end()
    {
        await using var host = new XmppHost(settings: ("xmpp:streamManagement:maxUnacknowledgedStanzas", "10"));
        var (romeo, _) = await host.PresentAsync("romeo");
        var juliet = await host.BoundRawAsync("juliet");
        for (var i = 0; i < 11; i++) await juliet.SayAsync("romeo@edge.local", $"m{i}");
        await romeo.ReadToEndAsync();
        Assert.Empty(host.Get<Edge.Xmpp.Routing.SessionTable>().Of("romeo"));
        await juliet.SoFarAsync();
    }
}
