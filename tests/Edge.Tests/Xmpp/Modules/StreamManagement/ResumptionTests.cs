using System.Text;

using Edge.TestKit;
using Edge.Xmpp.Client;
using Edge.Xmpp.Modules.StreamManagement;
using Edge.Xmpp.Routing;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Edge.Tests.Xmpp.Modules.StreamManagement;

public sealed class ResumptionTests
{
    [Fact]
    public async Task A_client_comes_back_and_gets_what_it_missed_in_order_and_nothing_twice()
    {
        await using var host = new XmppHost();
        var (romeo, id) = await host.PresentAsync("romeo");
        var juliet = await host.BoundRawAsync("juliet");
        await juliet.SayAsync("romeo@edge.local", "acknowledged");
        await juliet.SayAsync("romeo@edge.local", "lost");
        await romeo.ReadUntilAsync("<body>lost</body></message>");
        await host.BreakAsync(romeo);
        await juliet.SayAsync("romeo@edge.local", "missed");
        await juliet.SoFarAsync();

        var (again, answer) = await host.ResumeAsync("romeo", id, handled: 2);
        Assert.Equal($"<resumed xmlns='urn:xmpp:sm:3' previd='{id}' h='1'/>", answer); // its presence
        await juliet.SayAsync("romeo@edge.local", "new");
        var rest = await again.ReadUntilAsync("<body>new</body></message>");
        Assert.Equal(["lost", "missed", "new"], rest.Split("<body>")[1..].Select(m => m.Split('<')[0]));
    }

    [Fact]
    public async Task Who_is_away_is_present_for_others_until_the_time_is_over()
    {
        await using var host = new XmppHost(settings: ("xmpp:streamManagement:resumeSeconds", "60"));
        var juliet = await host.OnlineAsync("juliet");
        var (romeo, id) = await host.PresentAsync("romeo", "phone");
        await romeo.SendAsync("<presence to='juliet@edge.local'/>");
        await juliet.PresenceAsync(null, "romeo@edge.local/phone");
        await host.BreakAsync(romeo);
        host.Clock.Advance(TimeSpan.FromSeconds(58));
        Assert.Empty(await juliet.SoFarAsync());

        host.Clock.Advance(TimeSpan.FromSeconds(3));
        await juliet.PresenceAsync("unavailable", "romeo@edge.local/phone");
        var raw = await host.SignedInRawAsync("romeo");
        Assert.Contains("<failed xmlns='urn:xmpp:sm:3' h='2'><item-not-found", await raw.ResumeAsync(id, 1), StringComparison.Ordinal);
        await raw.BindAsync("phone"); // on the same stream
        await raw.SoFarAsync();
    }

    [Fact]
    public async Task A_client_that_asked_for_less_time_is_kept_for_less()
    {
        await using var host = new XmppHost();
        var romeo = await host.BoundRawAsync("romeo");
        await romeo.EnableAsync("resume='true' max='10'");
        await host.BreakAsync(romeo);
        host.Clock.Advance(TimeSpan.FromSeconds(12));
        await Eventually.HoldsAsync(() => host.Get<SessionTable>().Of("romeo").Count == 0);
    }

    [Fact]
    public async Task What_nobody_acknowledged_goes_back_with_its_time()
    {
        var returned = new Returned();
        await using var host = new XmppHost(more: s => s.AddSingleton<IUndelivered>(returned));
        var (romeo, _) = await host.PresentAsync("romeo");
        var juliet = await host.BoundRawAsync("juliet");
        await juliet.SayAsync("romeo@edge.local", "before");
        await romeo.ReadUntilAsync("before</body></message>");
        await host.BreakAsync(romeo);
        var sent = host.Clock.GetUtcNow();
        await juliet.SayAsync("romeo@edge.local", "after");
        await juliet.SoFarAsync();
        host.Clock.Advance(TimeSpan.FromSeconds(301));

        var stanzas = await returned.Stanzas;
        Assert.Equal(["before", "after"], stanzas.Select(s => BodyOf(s.Bytes)));
        Assert.Equal(sent, stanzas[1].At);
    }

    [Fact]
    public async Task A_stream_that_is_closed_in_order_is_not_kept_and_what_waits_goes_back()
    {
        var returned = new Returned();
        await using var host = new XmppHost(more: s => s.AddSingleton<IUndelivered>(returned));
        var (romeo, id) = await host.PresentAsync("romeo");
        var juliet = await host.BoundRawAsync("juliet");
        await juliet.SayAsync("romeo@edge.local", "unseen");
        await romeo.ReadUntilAsync("unseen</body></message>");
        await romeo.SendAsync("</stream:stream>");
        await romeo.ReadToEndAsync();

        Assert.Equal("unseen", BodyOf((await returned.Stanzas).Single().Bytes));
        var (_, answer) = await host.ResumeAsync("romeo", id, 1);
        Assert.Contains("<item-not-found", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_server_stops_what_waits_for_somebody_away_goes_back()
    {
        var returned = new Returned();
        await using var host = new XmppHost(more: s => s.AddSingleton<IUndelivered>(returned));
        var (romeo, _) = await host.PresentAsync("romeo");
        await host.BreakAsync(romeo);
        var juliet = await host.BoundRawAsync("juliet");
        await juliet.SayAsync("romeo@edge.local", "late");
        await juliet.SoFarAsync();
        await ((IHostedService)host.Server).StopAsync(CancellationToken.None);
        Assert.Equal("late", BodyOf((await returned.Stanzas).Single().Bytes));
    }

    [Fact]
    public async Task A_session_that_is_alive_still_is_taken_over()
    {
        await using var host = new XmppHost();
        var (former, id) = await host.PresentAsync("romeo");
        await former.SendAsync("<message to='juliet@edge.local'/>");
        var (again, answer) = await host.ResumeAsync("romeo", id, 1);
        Assert.Contains("<resumed ", answer, StringComparison.Ordinal);
        Assert.Contains("<conflict", await former.ReadToEndAsync(), StringComparison.Ordinal);

        await again.SayAsync("romeo@edge.local", "to myself");
        await again.ReadUntilAsync("to myself</body></message>");
        Assert.Single(host.Get<SessionTable>().Of("romeo"));
    }

    [Fact]
    public async Task A_session_may_be_resumed_again_and_again_and_counts_go_on()
    {
        await using var host = new XmppHost();
        var (client, id) = await host.PresentAsync("romeo");
        for (uint i = 0; i < 5; i++)
        {
            await client.SayAsync("romeo@edge.local", $"note {i}");
            await client.ReadUntilAsync($"note {i}</body></message>");
            await host.BreakAsync(client);
            (client, var answer) = await host.ResumeAsync("romeo", id, handled: 2 + i);
            Assert.Contains($"h='{2 + i}'", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Nobody_resumes_the_session_of_another()
    {
        await using var host = new XmppHost();
        var (romeo, id) = await host.ManagedAsync("romeo");
        await host.BreakAsync(romeo);
        var (_, answer) = await host.ResumeAsync("juliet", id, 0);
        Assert.Equal("<failed xmlns='urn:xmpp:sm:3'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>", answer);
        (_, answer) = await host.ResumeAsync("romeo", id, 0);
        Assert.Contains("<resumed ", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("previd='ID'", "bad-request")]
    [InlineData("h='1'", "bad-request")]
    [InlineData("previd='ID' h='many'", "bad-request")]
    [InlineData("previd='nonsense' h='1'", "item-not-found")]
    public async Task A_resumption_that_cannot_be_is_refused_and_a_resource_may_be_bound(string attributes, string condition)
    {
        await using var host = new XmppHost();
        var (romeo, id) = await host.ManagedAsync("romeo");
        await host.BreakAsync(romeo);
        var raw = await host.SignedInRawAsync("romeo");
        await raw.SendAsync($"<resume {Managed.Names} {attributes.Replace("ID", id, StringComparison.Ordinal)}/>");
        Assert.Contains($"<{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>", await raw.ReadUntilAsync("</failed>"), StringComparison.Ordinal);
        await raw.BindAsync();
    }

    [Fact]
    public async Task Whoever_claims_more_than_was_sent_does_not_come_back()
    {
        await using var host = new XmppHost();
        var (romeo, id) = await host.PresentAsync("romeo");
        await host.BreakAsync(romeo);
        var raw = await host.SignedInRawAsync("romeo");
        await raw.SendAsync($"<resume {Managed.Names} previd='{id}' h='7'/>");
        Assert.Contains("<handled-count-too-high xmlns='urn:xmpp:sm:3' h='7' send-count='1'/>", await raw.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_resource_bound_anew_ends_the_one_that_waits()
    {
        await using var host = new XmppHost();
        var (romeo, id) = await host.PresentAsync("romeo", "phone");
        await host.BreakAsync(romeo);
        var next = await host.BoundRawAsync("romeo", "phone");
        await next.SoFarAsync();
        Assert.True(host.Get<SessionTable>().Of("romeo").Single().IsConnected);
        var (_, answer) = await host.ResumeAsync("romeo", id, 1);
        Assert.Contains("<item-not-found", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_is_away_makes_room_where_all_places_of_the_account_are_taken()
    {
        await using var host = new XmppHost(settings: ("xmpp:maxSessionsPerAccount", "2"));
        var (away, _) = await host.ManagedAsync("romeo", "away");
        await host.BoundRawAsync("romeo", "here");
        await host.BreakAsync(away);
        await host.BoundRawAsync("romeo", "next");
        Assert.Equal(["here", "next"], host.Get<SessionTable>().Of("romeo").Select(r => r.Jid.Resource).Order());
        await Assert.ThrowsAsync<XmppClientException>(() => host.ConnectAsync("romeo"));
    }

    [Fact]
    public async Task A_session_that_is_ended_while_its_client_is_away_is_over_at_once()
    {
        await using var host = new XmppHost();
        var (romeo, id) = await host.PresentAsync("romeo");
        await host.BreakAsync(romeo);
        var resource = host.Get<SessionTable>().Of("romeo").Single();
        resource.End(Edge.Transport.EndReason.Revoked, "not-authorized", "The account was disabled.");
        await resource.Departed.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        var (_, answer) = await host.ResumeAsync("romeo", id, 1);
        Assert.Contains("<item-not-found", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_that_was_disabled_in_between_finds_its_session_gone()
    {
        await using var host = new XmppHost();
        var (romeo, id) = await host.PresentAsync("romeo");
        await host.BreakAsync(romeo);
        host.Accounts.Put("romeo", isDisabled: true);
        foreach (var server in host.Get<IEnumerable<Edge.Identity.Accounts.IAccountSessions>>()) await server.EndAsync("romeo", null, "The account was disabled.");
        host.Accounts.Put("romeo", isDisabled: false);
        var (_, answer) = await host.ResumeAsync("romeo", id, 1);
        Assert.Contains("<item-not-found", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("maxUnacknowledgedStanzas", "10")]
    [InlineData("maxUnacknowledgedBytes", "65536")]
    [InlineData("maxKeptBytes", "65536")]
    public async Task Nobody_waits_for_a_client_for_whom_too_much_waits(string key, string value)
    {
        var returned = new Returned();
        await using var host = new XmppHost(more: s => s.AddSingleton<IUndelivered>(returned), settings: ($"xmpp:streamManagement:{key}", value));
        var (romeo, _) = await host.PresentAsync("romeo");
        await host.BreakAsync(romeo);
        var juliet = await host.BoundRawAsync("juliet");
        for (var i = 0; i < 11; i++) await juliet.SayAsync("romeo@edge.local", new string('x', 7000), $"m{i}");
        var stanzas = await returned.Stanzas;
        Assert.InRange(stanzas.Count, 8, 10);
        Assert.Equal(0, host.Get<ResumptionTable>().ReservedBytes);
        await juliet.SoFarAsync();
    }

    [Fact]
    public async Task More_than_the_outbox_holds_is_sent_again_as_fast_as_it_is_read()
    {
        await using var host = new XmppHost(settings: [("xmpp:outboxStanzas", "50"), ("xmpp:outboxBytes", "65536")]);
        var (romeo, id) = await host.PresentAsync("romeo");
        await host.BreakAsync(romeo);
        var juliet = await host.BoundRawAsync("juliet");
        for (var i = 0; i < 300; i++) await juliet.SayAsync("romeo@edge.local", $"{i}.{new string('x', 2000)}");
        await juliet.SoFarAsync();

        var (again, answer) = await host.ResumeAsync("romeo", id, 1);
        Assert.Contains("<resumed ", answer, StringComparison.Ordinal);
        for (var i = 0; i < 300; i++) Assert.Contains($"<body>{i}.x", await again.ReadUntilAsync("</message>"), StringComparison.Ordinal);
        await juliet.SayAsync("romeo@edge.local", "the end");
        await again.ReadUntilAsync("<body>the end</body>");
    }

    [Fact]
    public async Task A_client_that_stopped_reading_comes_back_for_the_rest()
    {
        await using var host = new XmppHost(settings: ("xmpp:outboxStanzas", "50"));
        var (stuck, id) = await host.PresentAsync("romeo");
        var juliet = await host.BoundRawAsync("juliet");
        var sent = 0;
        while (host.Get<SessionTable>().Of("romeo").Single().IsConnected && sent < 2000)
        {
            await juliet.SayAsync("romeo@edge.local", $"{sent++}.{new string('x', 2000)}");
            await juliet.SoFarAsync();
        }

        Assert.InRange(sent, 50, 1999);
        await stuck.HangUpAsync();
        var (again, answer) = await host.ResumeAsync("romeo", id, 1);
        Assert.Contains("<resumed ", answer, StringComparison.Ordinal);
        for (var i = 0; i < sent; i++) Assert.Contains($"<body>{i}.x", await again.ReadUntilAsync("</message>"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_who_resume_at_once_one_does_and_the_other_may_bind()
    {
        var slow = new SlowModule();
        await using var host = new XmppHost(module: slow);
        var (romeo, id) = await host.PresentAsync("romeo");
        await romeo.SendAsync("<iq type='get' id='s' to='edge.local'><wait xmlns='urn:test'/></iq>");
        await slow.Began.Task;
        RawClient[] both = [await host.SignedInRawAsync("romeo"), await host.SignedInRawAsync("romeo")];
        var timers = host.Clock.ArmedTimers;
        var answers = both.Select(raw => raw.ResumeAsync(id, 1)).ToList();
        await Eventually.HoldsAsync(() => host.Clock.ArmedTimers >= timers + 2); // both wait for the former connection
        slow.Go.SetResult();

        var texts = await Task.WhenAll(answers);
        Assert.Single(texts, t => t.StartsWith("<resumed ", StringComparison.Ordinal));
        var other = both[texts.Index().Single(t => t.Item.Contains("<item-not-found", StringComparison.Ordinal)).Index];
        await other.BindAsync("other");
        await other.SoFarAsync();
        Assert.Equal(2, host.Get<SessionTable>().Of("romeo").Count);
    }

    [Fact]
    public async Task Many_who_do_not_come_back_do_not_hold_the_beat()
    {
        using var stuck = new StuckTaker();
        await using var host = new XmppHost(more: s => s.AddSingleton<IUndelivered>(stuck), settings: ("xmpp:maxSessionsPerAccount", "20"));
        var juliet = await host.BoundRawAsync("juliet");
        for (var i = 0; i < 3; i++)
        {
            var (romeo, _) = await host.ManagedAsync("romeo", $"{i}");
            await juliet.SayAsync($"romeo@edge.local/{i}", "unseen");
            await romeo.ReadUntilAsync("unseen</body></message>");
            await host.BreakAsync(romeo);
        }

        await Task.Run(() => host.Clock.Advance(TimeSpan.FromSeconds(301)), TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Empty(host.Get<SessionTable>().Of("romeo"));
        stuck.Release();
    }

    private static string BodyOf(ReadOnlyMemory<byte> stanza) => Encoding.UTF8.GetString(stanza.Span).Split("<body>")[1].Split('<')[0];

    private sealed class SlowModule : Edge.Xmpp.Modules.IXmppModule
    {
        public TaskCompletionSource Began { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Configure(Edge.Xmpp.Modules.XmppModuleBuilder xmpp) => xmpp.OnIqGet(System.Xml.Linq.XName.Get("wait", "urn:test"), async (_, _) =>
        {
            Began.SetResult();
            await Go.Task;
            return Edge.Xmpp.Modules.IqResult.Empty;
        });
    }

    /// <summary>Does not return what it is given, and keeps its caller's thread.</summary>
    private sealed class StuckTaker : IUndelivered, IDisposable
    {
        private readonly ManualResetEventSlim _go = new();

        public void Release() => _go.Set();

        public ValueTask ReturnAsync(BoundResource gone, IReadOnlyList<UndeliveredStanza> stanzas, CancellationToken cancel)
        {
            _go.Wait(TimeSpan.FromSeconds(30), CancellationToken.None);
            return ValueTask.CompletedTask;
        }

        public void Dispose() => _go.Set();
    }
}
