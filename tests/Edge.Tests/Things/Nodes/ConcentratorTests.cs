using Edge.TestKit;
using Edge.Things;
using Edge.Things.Control;
using Edge.Things.Nodes;
using Edge.Things.Provisioning;
using Edge.Things.Readings;

namespace Edge.Tests.Things.Nodes;

public sealed class ConcentratorTests
{
    private static readonly Jid Owner = Jid.Parse("owner@edge.local");
    private static readonly Jid Visitor = Jid.Parse("visitor@edge.local/home");
    private static readonly NodeReference Node = new("t1", "fake");

    [Fact]
    public async Task A_stranger_is_refused_and_the_bus_is_not_asked()
    {
        var bus = new FakeSource();
        await using var host = await OwnedAsync(bus);

        var read = await host.Concentrator.ReadAsync(Node, Read(Visitor, NameSet.All));
        var set = await host.Concentrator.ControlAsync(Node, Set(Visitor, ("led", FieldValue.Boolean(true))));

        Assert.Equal((NodeOutcome.Forbidden, "Not allowed yet: the owner has been asked."), (read.Outcome, read.Text));
        Assert.Equal((NodeOutcome.Forbidden, "led"), (set.Outcome, set.Parameter));
        Assert.Empty(bus.Reads);
        Assert.Empty(bus.Controls);
        Assert.Equal(
            ["visitor@edge.local wants to read temperature and humidity of example", "visitor@edge.local wants to set led of example"],
            host.Provisioning.QuestionsFor(Owner).Select(host.Provisioning.Describe).Order());
    }

    [Fact]
    public async Task A_rule_gives_just_the_fields_it_allows_even_where_the_bus_reads_more()
    {
        var bus = new FakeSource();
        await using var host = await OwnedAsync(bus);
        await AllowAsync(host, Operation.Read, NameSet.Of("temperature", "humidity"), NameSet.Of("temperature"));

        var result = await host.Concentrator.ReadAsync(Node, Read(Visitor, NameSet.All));

        Assert.Equal(NodeOutcome.Ok, result.Outcome);
        Assert.Equal("temperature", Assert.Single(result.Readings).Field);
        Assert.Equal(NameSet.Of("temperature"), Assert.Single(bus.Reads).Fields);
        Assert.Equal("temperature", Assert.Single(host.Get<ILatestReadings>().Of(host.Concentrator.Identify(Node))).Field);
    }

    [Fact]
    public async Task Categories_and_names_restrict_what_is_read()
    {
        var bus = new FakeSource();
        await using var host = await OwnedAsync(bus);

        await host.Concentrator.ReadAsync(Node, Read(Owner, NameSet.All, FieldCategories.Identity));
        await host.Concentrator.ReadAsync(Node, Read(Owner, NameSet.Of("humidity", "no such field")));
        var none = await host.Concentrator.ReadAsync(Node, Read(Owner, NameSet.Of("serial")));

        Assert.Equal([NameSet.Of("serial"), NameSet.Of("humidity")], bus.Reads.Select(r => r.Fields));
        Assert.Equal(NodeOutcome.NotFound, none.Outcome);
    }

    [Fact]
    public async Task Control_is_all_or_nothing()
    {
        var bus = new FakeSource();
        await using var host = await OwnedAsync(bus);
        await AllowAsync(host, Operation.Control, NameSet.Of("led"), NameSet.All);

        var part = await host.Concentrator.ControlAsync(Node, Set(Visitor, ("led", FieldValue.Boolean(true)), ("interval", FieldValue.Integer(5))));
        Assert.Equal((NodeOutcome.Forbidden, "interval"), (part.Outcome, part.Parameter));
        Assert.Empty(bus.Controls);

        var led = await host.Concentrator.ControlAsync(Node, Set(Visitor, ("led", FieldValue.Boolean(true))));
        Assert.Equal(["led"], led.Done);
    }

    [Fact]
    public async Task Values_are_checked_against_what_the_node_takes()
    {
        var bus = new FakeSource();
        await using var host = await OwnedAsync(bus);

        await Refused(NodeOutcome.NotFound, "door", ("door", FieldValue.Boolean(true)));
        await Refused(NodeOutcome.BadValue, "led", ("led", FieldValue.Integer(1)));
        await Refused(NodeOutcome.BadValue, "interval", ("interval", FieldValue.Number(1.5)));
        await Refused(NodeOutcome.BadValue, "interval", ("interval", FieldValue.Number(1e300)));
        await Refused(NodeOutcome.BadValue, "target", ("target", FieldValue.Number(double.NaN)));
        await Refused(NodeOutcome.BadValue, "target", ("target", FieldValue.Text("21")));
        await Refused(NodeOutcome.BadValue, "led", ("led", FieldValue.Boolean(true)), ("led", FieldValue.Boolean(false)));
        await Refused(NodeOutcome.BadValue, null);
        Assert.Empty(bus.Controls);

        await host.Concentrator.ControlAsync(Node, Set(Owner, ("interval", FieldValue.Number(5)), ("target", FieldValue.Integer(21))));
        Assert.Equal(
            [new("interval", FieldValue.Integer(5)), new("target", FieldValue.Number(21, 0))],
            Assert.Single(bus.Controls).Parameters);

        async Task Refused(NodeOutcome outcome, string? parameter, params (string, FieldValue)[] values)
        {
            var result = await host.Concentrator.ControlAsync(Node, Set(Owner, values));
            Assert.Equal((outcome, parameter), (result.Outcome, result.Parameter));
            Assert.Empty(result.Done);
        }
    }

    [Fact]
    public async Task A_node_that_decides_for_itself_is_asked_with_the_callers_address()
    {
        var bus = new FakeSource(decidesForItself: true);
        await using var host = await OwnedAsync(bus);

        Assert.Equal(NodeOutcome.Ok, (await host.Concentrator.ReadAsync(Node, Read(Visitor, NameSet.All))).Outcome);
        Assert.Equal(NodeOutcome.Ok, (await host.Concentrator.ControlAsync(Node, Set(Visitor, ("led", FieldValue.Boolean(true))))).Outcome);

        Assert.Equal(Visitor, Assert.Single(bus.Reads).From);
        Assert.Empty(host.Provisioning.QuestionsFor(Owner));
    }

    [Fact]
    public async Task A_bus_that_never_answers_is_unreachable_after_its_time()
    {
        var bus = new FakeSource { IsSilent = true };
        await using var host = await OwnedAsync(bus, ("readTimeoutSeconds", "7"), ("controlTimeoutSeconds", "3"));

        var read = host.Concentrator.ReadAsync(Node, Read(Owner, NameSet.All)).AsTask();
        var set = host.Concentrator.ControlAsync(Node, Set(Owner, ("led", FieldValue.Boolean(true)))).AsTask();
        await Eventually.HoldsAsync(() => bus.Reads.Count == 1 && bus.Controls.Count == 1);
        host.Clock.Advance(TimeSpan.FromSeconds(6));
        Assert.False(read.IsCompleted);
        host.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((NodeOutcome.Unreachable, "No answer within 7 s."), ((await read).Outcome, (await read).Text));
        Assert.Equal(NodeOutcome.Unreachable, (await set).Outcome);
    }

    [Fact]
    public async Task A_caller_who_gives_up_is_not_told_that_the_node_is_unreachable()
    {
        var bus = new FakeSource { IsSilent = true };
        await using var host = await OwnedAsync(bus);
        using var gone = new CancellationTokenSource();

        var read = host.Concentrator.ReadAsync(Node, Read(Owner, NameSet.All), gone.Token).AsTask();
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }

    [Fact]
    public async Task Nodes_are_found_by_source_or_by_an_id_that_only_one_source_has()
    {
        await using var host = await ThingsHost.StartAsync(sources: [new FakeSource("one"), new FakeSource("two")]);

        Assert.Equal("two", host.Concentrator.Find(new("t1", "two"))?.Reference.SourceId);
        Assert.Null(host.Concentrator.Find(new("t1")));
        Assert.Null(host.Concentrator.Find(new("t1", "two", "partition")));
        Assert.Null(host.Concentrator.Find(new("T1", "two")));
        Assert.Equal(NodeOutcome.NotFound, (await host.Concentrator.ReadAsync(new("t1"), Read(Owner, NameSet.All))).Outcome);
        Assert.Equal(NodeOutcome.NotFound, (await host.Concentrator.ControlAsync(default, Set(Owner))).Outcome);
    }

    [Fact]
    public async Task Two_sources_of_one_id_stop_the_start() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => ThingsHost.StartAsync(sources: [new FakeSource(), new FakeSource()]));

    private static async Task<ThingsHost> OwnedAsync(FakeSource bus, params (string, string)[] settings)
    {
        bus.Tags = [new("NAME", "example"), new("KEY", "k")];
        var host = await ThingsHost.StartAsync(sources: [bus], settings: settings);
        Assert.NotNull(await host.Registry.ClaimAsync(Owner, bus.Tags));
        return host;
    }

    private static async Task AllowAsync(ThingsHost host, Operation operation, NameSet covers, NameSet allows)
    {
        var subject = Subject.Of(Visitor, SubjectKind.Caller);
        var rule = new Rule("", host.Concentrator.Identify(Node), Owner, subject, operation, covers, allows, host.Clock.GetUtcNow());
        Assert.Equal(AnswerResult.Stored, await host.Provisioning.AddRuleAsync(rule));
    }

    private static NodeReadRequest Read(Jid from, NameSet fields, FieldCategories categories = FieldCategories.Momentary) =>
        new(from, fields, categories, AccessTokens.None);

    private static NodeControlRequest Set(Jid from, params (string Name, FieldValue Value)[] values) =>
        new(from, [.. values.Select(v => new ParameterValue(v.Name, v.Value))], AccessTokens.None);
}
