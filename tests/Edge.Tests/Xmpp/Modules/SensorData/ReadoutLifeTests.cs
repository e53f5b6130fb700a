using Edge.TestKit;
using Edge.Tests.Xmpp.Modules.Iot;
using Edge.Things;
using Edge.Things.Nodes;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Modules.SensorData;

namespace Edge.Tests.Xmpp.Modules.SensorData;

public sealed class ReadoutLifeTests
{
    // The tests below turn the clock much faster than any real one goes.
    private static readonly (string Key, string Value)[] Patient = [("xmpp:sensorData:maxDurationSeconds", "3600"), ("things:readTimeoutSeconds", "300")];

    private const string Owner = IotHost.Owner + "/desk";

    [Fact]
    public async Task A_slow_node_does_not_hold_up_the_answer()
    {
        await using var host = await IotHost.StartAsync();
        await host.OwnAsync("s1");
        var slow = new TaskCompletionSource<NodeReadResult>();
        host.Bus.Read = (_, _) => slow.Task;

        var answer = host.GetAsync(Owner, IotHost.Concentrator, Request(1));
        await Eventually.HoldsAsync(() => !host.Bus.Reads.IsEmpty);
        await Eventually.HoldsAsync(() => Advance(host, TimeSpan.FromSeconds(1)) && answer.IsCompleted);

        Assert.Equal("accepted", (await answer).Payload?.Name.LocalName);
        slow.SetResult(new(NodeOutcome.Ok, [ScriptedSource.Values[0]]));
        await Eventually.HoldsAsync(() => Words(host).SequenceEqual(["fields"]));
    }

    [Fact]
    public async Task A_readout_that_takes_too_long_ends_with_a_failure()
    {
        await using var host = await IotHost.StartAsync(null, ("things:readTimeoutSeconds", "300"));
        await host.OwnAsync("s1");
        host.Bus.Read = (_, _) => new TaskCompletionSource<NodeReadResult>().Task;

        var answer = host.GetAsync(Owner, IotHost.Concentrator, Request(1));
        await Eventually.HoldsAsync(() => Advance(host, TimeSpan.FromSeconds(2)) && Words(host).SequenceEqual(["failure"]));

        Assert.True((await answer).IsSuccess);
        await Eventually.HoldsAsync(() => host.Get<ReadoutTable>().Count == 0);
    }

    [Fact]
    public async Task A_readout_can_be_ordered_for_later()
    {
        await using var host = await IotHost.StartAsync(null, Patient);
        await host.OwnAsync("s1");

        var answer = await host.GetAsync(Owner, IotHost.Concentrator, Request(8, "when='2026-05-01T12:10:00Z'"));

        WireXml.Same("<accepted xmlns='urn:xmpp:iot:sensordata' seqnr='8' queued='true'/>", answer.Payload);
        Assert.Empty(host.Bus.Reads);
        await Eventually.HoldsAsync(() => Advance(host, TimeSpan.FromMinutes(1)) && Words(host).SequenceEqual(["started", "fields"]));
        Assert.True(host.Clock.GetUtcNow() >= new DateTimeOffset(2026, 5, 1, 12, 10, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_queued_readout_can_be_cancelled_by_its_requester_alone()
    {
        await using var host = await IotHost.StartAsync();
        await host.OwnAsync("s1");
        await host.GetAsync(Owner, IotHost.Concentrator, Request(8, "when='2026-05-01T12:10:00Z'"));

        var stranger = await host.GetAsync(IotHost.Visitor, IotHost.Concentrator, "<cancel xmlns='urn:xmpp:iot:sensordata' seqnr='8'/>");
        var own = await host.GetAsync(Owner, IotHost.Concentrator, "<cancel xmlns='urn:xmpp:iot:sensordata' seqnr='8'/>");

        Assert.Equal("item-not-found", stranger.Error?.Condition);
        WireXml.Same("<cancelled xmlns='urn:xmpp:iot:sensordata' seqnr='8'/>", own.Payload);
        Assert.Equal(0, host.Get<ReadoutTable>().Count);
        host.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Empty(host.Bus.Reads);
    }

    [Fact]
    public async Task A_cancel_in_the_later_words_is_always_answered_with_nothing()
    {
        await using var host = await IotHost.StartAsync();

        var answer = await host.SetAsync(Owner, IotHost.Concentrator, "<cancel xmlns='urn:nf:iot:sd:1.0' id='never'/>");

        Assert.Equal(IqResult.Empty, answer);
    }

    [Fact]
    public async Task A_refusal_that_comes_when_a_queued_readout_is_due_ends_it()
    {
        await using var host = await IotHost.StartAsync(null, Patient);
        await host.OwnAsync("s1");

        await host.GetAsync(IotHost.Visitor, IotHost.Concentrator, Request(8, "when='2026-05-01T12:10:00Z'"));

        await Eventually.HoldsAsync(() => Advance(host, TimeSpan.FromMinutes(1)) && Words(host).SequenceEqual(["started", "failure"]));
        var last = host.Sender.Sent.Last(s => s.From.ToString() == IotHost.Concentrator);
        Assert.Equal("true", last.Payload.Attribute("done")?.Value);
        Assert.Equal("Not allowed yet: the owner has been asked.", last.Payload.Value);
    }

    [Fact]
    public async Task A_node_that_refuses_after_the_answer_says_why()
    {
        await using var host = await IotHost.StartAsync();
        await host.OwnAsync("s1");
        host.Bus.DecidesForItself = true;
        var slow = new TaskCompletionSource<NodeReadResult>();
        host.Bus.Read = (_, _) => slow.Task;

        var answer = host.GetAsync(IotHost.Visitor, IotHost.Concentrator, Request(1));
        await Eventually.HoldsAsync(() => !host.Bus.Reads.IsEmpty);
        await Eventually.HoldsAsync(() => Advance(host, TimeSpan.FromSeconds(1)) && answer.IsCompleted);
        slow.SetResult(new(NodeOutcome.Forbidden, [], "The owner said no."));

        await Eventually.HoldsAsync(() => Words(host).SequenceEqual(["failure"]));
        Assert.Equal("The owner said no.", host.Sender.Sent.Last(s => s.From.ToString() == IotHost.Concentrator).Payload.Value);
    }

    [Fact]
    public async Task The_same_number_cannot_run_twice()
    {
        await using var host = await IotHost.StartAsync();
        await host.OwnAsync("s1");
        await host.GetAsync(Owner, IotHost.Concentrator, Request(8, "when='2026-05-01T12:10:00Z'"));

        var again = await host.GetAsync(Owner, IotHost.Concentrator, Request(8));
        var fromElsewhere = await host.GetAsync(IotHost.Owner + "/phone", IotHost.Concentrator, Request(8));

        Assert.Equal("conflict", again.Error?.Condition);
        Assert.True(fromElsewhere.IsSuccess);
    }

    [Theory]
    [InlineData("maxReadoutsPerRequester", IotHost.Owner + "/phone")]
    [InlineData("maxReadouts", IotHost.Visitor)]
    public async Task Too_many_readouts_are_refused_with_the_key_of_the_limit(string key, string from)
    {
        await using var host = await IotHost.StartAsync(null, ("xmpp:sensorData:" + key, "2"));
        await host.OwnAsync("s1");
        for (var i = 1; i <= 2; i++) await host.GetAsync(Owner, IotHost.Concentrator, Request(i, "when='2026-05-01T12:10:00Z'"));

        var answer = await host.GetAsync(from, IotHost.Concentrator, Request(3));

        Assert.Equal(("wait", "resource-constraint"), (answer.Error?.Type, answer.Error?.Condition));
        Assert.Contains("xmpp:sensorData:" + key, answer.Error!.Text!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_place_is_free_again_when_a_readout_is_done()
    {
        await using var host = await IotHost.StartAsync(null, ("xmpp:sensorData:maxReadouts", "1"));
        await host.OwnAsync("s1");

        for (var i = 1; i <= 5; i++)
        {
            Assert.True((await host.GetAsync(Owner, IotHost.Concentrator, Request(i))).IsSuccess);
            await Eventually.HoldsAsync(() => host.Get<ReadoutTable>().Count == 0);
        }
    }

    [Fact]
    public async Task A_requester_who_is_never_answered_gives_his_place_back()
    {
        await using var host = await IotHost.StartAsync();
        await host.OwnAsync("s1");
        var module = host.Get<IEnumerable<IXmppModule>>().OfType<SensorDataModule>().Single();
        var builder = new XmppModuleBuilder();
        module.Configure(builder);
        var request = System.Xml.Linq.XElement.Parse(Request(1));
        var handler = builder.Declarations.Single(d => d.IqType == IqType.Get && d.Payload == request.Name).Iq!;

        var answer = await handler(new Iq("1", IqType.Get, Jid.Parse(Owner), Jid.Parse(IotHost.Concentrator), request), TestContext.Current.CancellationToken);

        Assert.True(answer.IsSuccess);
        Assert.Equal(1, host.Get<ReadoutTable>().Count);
        Assert.Empty(Words(host));
        await Eventually.HoldsAsync(() => Advance(host, TimeSpan.FromSeconds(10)) && host.Get<ReadoutTable>().Count == 0);
        Assert.Empty(Words(host));
    }

    private static bool Advance(IotHost host, TimeSpan by)
    {
        host.Clock.Advance(by);
        return true;
    }

    private static IEnumerable<string> Words(IotHost host) =>
        host.Sender.Sent.Where(s => s.From.ToString() == IotHost.Concentrator).Select(s => s.Payload.Name.LocalName);

    private static string Request(int number, string attributes = "") =>
        $"<req xmlns='urn:xmpp:iot:sensordata' seqnr='{number}' momentary='true' {attributes}><node nodeId='s1'/></req>";
}
