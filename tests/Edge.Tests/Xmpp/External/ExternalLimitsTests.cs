using System.Xml.Linq;

using Edge.TestKit;
using Edge.Things;
using Edge.Xmpp.External;
using Edge.Xmpp.Modules;

using Microsoft.Extensions.DependencyInjection;

namespace Edge.Tests.Xmpp.External;

/// <summary>What a link bears: faults, and as much as its limits allow.</summary>
public sealed class ExternalLimitsTests
{
    [Fact]
    public async Task A_fault_nobody_thought_of_does_not_end_a_link_for_good()
    {
        await using var gateway = await OtherServer.StartAsync();
        await Eventually.HoldsAsync(() => gateway.Link("concentrator").Address is not null);
        gateway.FailNext(new InvalidOperationException("nobody thought of this"));
        await gateway.CutAccountAsync();
        await Eventually.HoldsAsync(() =>
        {
            gateway.Clock.Advance(TimeSpan.FromSeconds(1));
            return gateway.HasFailed;
        });

        await Eventually.HoldsAsync(() =>
        {
            gateway.Clock.Advance(TimeSpan.FromSeconds(1));
            return gateway.Link("concentrator").Address is not null;
        });
    }

    [Fact]
    public async Task A_request_beyond_the_most_is_refused_with_the_key_of_the_limit()
    {
        var module = new SlowModule();
        await using var gateway = await OtherServer.StartAsync(services => services.AddSingleton<IXmppModule>(module), ("xmpp:external:maxRequests", "1"));
        var things = (await gateway.AcceptAllAsync())["things"];
        await things.SendAsync(Slow(1) + Slow(2));

        var refused = await things.ReadUntilAsync("</iq>");
        module.Answer.SetResult(IqResult.Empty);

        Assert.Contains("id='2'", refused, StringComparison.Ordinal);
        Assert.Contains("<resource-constraint", refused, StringComparison.Ordinal);
        Assert.Contains("xmpp:external:maxRequests", refused, StringComparison.Ordinal);
        Assert.Contains("type='result' id='1'", await things.ReadUntilAsync("/>"), StringComparison.Ordinal);

        static string Slow(int id) => $"<iq type='get' id='{id}' from='a@edge.local/{id}' to='things.edge.local'><slow xmlns='urn:test'/></iq>";
    }

    [Fact]
    public async Task A_server_that_takes_nothing_is_left_before_more_waits_than_may()
    {
        await using var gateway = await OtherServer.StartAsync(("xmpp:external:maxQueuedStanzas", "10"));
        await gateway.AcceptAllAsync();
        await Eventually.HoldsAsync(() => gateway.Link("things").Address is not null);

        for (var i = 0; i < 100; i++)
            await gateway.Get<IStanzaSender>().SendAsync(Jid.Parse("things.edge.local"), Jid.Parse("a@edge.local"), new("message", new XElement("body", new string('x', 10_000))));

        await Eventually.HoldsAsync(() => gateway.Link("things").Address is null);
        Assert.True(gateway.Link("things").Counters.Dropped > 0);
    }

    [Fact]
    public async Task No_more_clients_are_remembered_as_online_than_may_be()
    {
        await using var gateway = await OtherServer.StartAsync(("xmpp:external:maxOnline", "2"));
        var online = gateway.Get<OnlineClients>();

        foreach (var full in (string[])["a@edge.local/1", "a@edge.local/2", "b@edge.local/1"]) online.Seen(Jid.Parse(full));

        Assert.Equal(["a@edge.local/2"], online.Of(Jid.Parse("a@edge.local")).Select(j => j.ToString()));
        Assert.Equal(["b@edge.local/1"], online.Of(Jid.Parse("b@edge.local")).Select(j => j.ToString()));
    }

    private sealed class SlowModule : IXmppModule
    {
        public TaskCompletionSource<IqResult> Answer { get; } = new();

        public void Configure(XmppModuleBuilder xmpp) => xmpp.OnEveryService().OnIqGet(XName.Get("slow", "urn:test"), async (_, _) => await Answer.Task);
    }
}
