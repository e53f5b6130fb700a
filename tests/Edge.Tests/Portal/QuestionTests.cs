using Edge.TestKit;
using Edge.Tests.Portal.Kit;
using Edge.Things;
using Edge.Things.Provisioning;

namespace Edge.Tests.Portal;

public sealed class QuestionTests
{
    private static readonly NameSet Both = NameSet.Of("temperature", "humidity");

    [Fact]
    public async Task A_question_is_asked_in_plain_words_with_just_what_was_asked_ticked()
    {
        await using var host = await PortalHost.StartAsync();
        await host.GiveAnnaTheSensorAsync();
        await host.BertAsksAsync(Operation.Read, "temperature");
        using var anna = await host.OpenAsync("anna");

        var page = await anna.GetAsync("/questions");

        Assert.Contains("bert@edge.local wants to read temperature of Sensor 1.", page.Text, StringComparison.Ordinal);
        var fields = page.Form("/questions/answer").Fields;
        Assert.Equal(["temperature"], fields.Where(f => f.Name == "names").Select(f => f.Value));
        Assert.Contains(("scope", "caller"), fields);
        Assert.Contains(("until", "tomorrow"), fields);
        Assert.Contains("Questions 1 open", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_can_be_allowed_for_one_person_until_tomorrow()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var host = await PortalHost.StartAsync(clock);
        await host.GiveAnnaTheSensorAsync();
        await host.BertAsksAsync(Operation.Read, "temperature", "humidity");
        using var anna = await host.OpenAsync("anna");

        var answer = await anna.SubmitAsync("/questions", "/questions/answer", ("names", "temperature"), ("verdict", "allow"));

        var said = (await anna.FollowAsync(answer)).Text;
        Assert.Contains("Done: bert@edge.local may read temperature, but not humidity, of Sensor 1 until", said, StringComparison.Ordinal);
        var rule = host.Get<IProvisioning>().RulesOf(PortalHost.Anna).Single();
        Assert.Equal((NameSet.Of("temperature"), SubjectKind.Caller, clock.GetUtcNow().AddDays(1)), (rule.Allows, rule.Subject.Kind, rule.ValidUntil));
        Assert.Equal(NameSet.Of("temperature"), (await AskAsync(host, PortalHost.Bert, Both)).Names);
    }

    [Fact]
    public async Task Refusing_is_a_rule_too_and_is_not_asked_again()
    {
        await using var host = await PortalHost.StartAsync();
        await host.GiveAnnaTheSensorAsync();
        await host.BertAsksAsync(Operation.Control, "led");
        using var anna = await host.OpenAsync("anna");

        await anna.SubmitAsync("/questions", "/questions/answer", ("verdict", "refuse"), ("until", "always"), ("scope", "anyone"));

        var decision = await host.Get<IProvisioning>().DecideAsync(new(host.Sensor, Jid.Parse("carl@elsewhere.example"), Operation.Control, NameSet.Of("led")));
        Assert.Equal(DecisionOutcome.Denied, decision.Outcome);
        Assert.Contains("Nobody waits for an answer", (await anna.GetAsync("/questions")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_can_be_allowed_that_was_not_asked()
    {
        await using var host = await PortalHost.StartAsync();
        await host.GiveAnnaTheSensorAsync();
        await host.BertAsksAsync(Operation.Read, "temperature");
        using var anna = await host.OpenAsync("anna");

        var answer = await anna.SubmitAsync(
            "/questions", "/questions/answer", ("names", "humidity"), ("everything", "yes"), ("verdict", "allow"), ("until", "always"));

        Assert.Contains("Nothing was ticked", (await anna.FollowAsync(answer)).Text, StringComparison.Ordinal);
        Assert.Empty(host.Get<IProvisioning>().RulesOf(PortalHost.Anna));
    }

    [Theory]
    [InlineData("until", "date", "Give the day")]
    [InlineData("until", "", "Choose how long")]
    [InlineData("scope", "everyone", "Choose whom")]
    [InlineData("verdict", "", "Press Allow or Refuse")]
    public async Task A_form_with_something_missing_is_explained(string field, string value, string said)
    {
        await using var host = await PortalHost.StartAsync();
        await host.GiveAnnaTheSensorAsync();
        await host.BertAsksAsync(Operation.Read, "temperature");
        using var anna = await host.OpenAsync("anna");
        (string, string)[] fields = field == "verdict" ? [] : [(field, value), ("verdict", "allow")];

        var answer = await anna.SubmitAsync("/questions", "/questions/answer", fields);

        Assert.Contains(said, (await anna.FollowAsync(answer)).Text, StringComparison.Ordinal);
        Assert.Single(host.Get<IProvisioning>().QuestionsFor(PortalHost.Anna));
    }

    [Fact]
    public async Task A_day_holds_until_its_end_where_the_gateway_is_and_no_day_of_the_past_does()
    {
        await using var host = await PortalHost.StartAsync();
        await host.GiveAnnaTheSensorAsync();
        await host.BertAsksAsync(Operation.Read, "temperature");
        using var anna = await host.OpenAsync("anna");

        var past = await anna.SubmitAsync("/questions", "/questions/answer", ("until", "date"), ("date", "2020-02-29"), ("verdict", "allow"));
        Assert.Contains("That day is over already", (await anna.FollowAsync(past)).Text, StringComparison.Ordinal);
        await anna.SubmitAsync("/questions", "/questions/answer", ("until", "date"), ("date", "2088-02-29"), ("verdict", "allow"));

        var until = host.Get<IProvisioning>().RulesOf(PortalHost.Anna).Single().ValidUntil!.Value;
        Assert.Equal(new DateTime(2088, 3, 1), TimeZoneInfo.ConvertTime(until, TimeZoneInfo.Local).DateTime);
    }

    [Fact]
    public async Task An_answered_question_says_so_on_another_device()
    {
        await using var host = await PortalHost.StartAsync();
        await host.GiveAnnaTheSensorAsync();
        await host.BertAsksAsync(Operation.Read, "temperature");
        using var phone = await host.OpenAsync("anna");
        var form = (await phone.GetAsync("/questions")).Form("/questions/answer");
        using var desk = await host.OpenAsync("anna");
        await desk.SubmitAsync("/questions", "/questions/answer", ("verdict", "refuse"));

        var late = await phone.PostAsync("/questions/answer", [.. form.Fields, ("verdict", "allow")]);

        Assert.Contains("answered already", (await phone.FollowAsync(late)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_is_a_sentence_and_can_be_taken_back()
    {
        await using var host = await PortalHost.StartAsync();
        await host.GiveAnnaTheSensorAsync();
        await host.BertAsksAsync(Operation.Read, "temperature");
        using var anna = await host.OpenAsync("anna");
        await anna.SubmitAsync("/questions", "/questions/answer", ("verdict", "allow"), ("until", "always"), ("scope", "domain"));

        Assert.Contains("everybody at edge.local may read temperature of Sensor 1.", (await anna.GetAsync("/rules")).Text, StringComparison.Ordinal);
        Assert.Contains("everybody at edge.local may read", (await anna.GetAsync("/things/mqtt/sensor-1")).Text, StringComparison.Ordinal);
        var taken = await anna.SubmitAsync("/rules", "/rules/revoke");

        Assert.Contains("Taken back.", (await anna.FollowAsync(taken)).Text, StringComparison.Ordinal);
        Assert.Equal(DecisionOutcome.Asked, (await AskAsync(host, PortalHost.Bert, Both)).Outcome);
    }

    [Fact]
    public async Task A_question_about_everything_offers_what_there_is_and_everything_only_unticked()
    {
        await using var host = await PortalHost.StartAsync();
        await host.GiveAnnaTheSensorAsync();
        await AskAsync(host, PortalHost.Bert, NameSet.All);
        using var anna = await host.OpenAsync("anna");

        var fields = (await anna.GetAsync("/questions")).Form("/questions/answer").Fields;

        Assert.Equal(["temperature", "humidity"], fields.Where(f => f.Name == "names").Select(f => f.Value));
        Assert.DoesNotContain(fields, f => f.Name == "everything");
    }

    private static ValueTask<Decision> AskAsync(PortalHost host, Jid caller, NameSet names) =>
        host.Get<IProvisioning>().DecideAsync(new(host.Sensor, caller, Operation.Read, names));
}
