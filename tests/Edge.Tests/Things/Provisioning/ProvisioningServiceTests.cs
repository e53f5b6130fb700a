using Edge.Things;
using Edge.Things.Provisioning;
using Edge.Things.Registry;

namespace Edge.Tests.Things.Provisioning;

public sealed class ProvisioningServiceTests
{
    private static readonly Jid Owner = Jid.Parse("owner@edge.local");
    private static readonly Jid Visitor = Jid.Parse("visitor@edge.local/home");
    private static readonly NameSet Temperature = NameSet.Of("temperature");
    private static readonly NameSet Humidity = NameSet.Of("humidity");
    private static readonly NameSet Both = NameSet.Of("temperature", "humidity");

    [Fact]
    public async Task Unknown_is_no_now_and_one_question()
    {
        await using var host = await ThingsHost.StartAsync();
        var thing = await host.OwnedThingAsync(Owner);
        var told = host.Record<QuestionAsked>();

        var first = await ReadAsync(host, thing, Temperature);
        var second = await ReadAsync(host, thing, Humidity);
        for (var i = 0; i < 100; i++) await ReadAsync(host, thing, Both);

        Assert.Equal((DecisionOutcome.Asked, NameSet.Empty), (first.Outcome, first.Names));
        Assert.Equal(DecisionOutcome.Asked, second.Outcome);
        var question = Assert.Single(host.Provisioning.QuestionsFor(Owner));
        Assert.Equal((Both, 102, Visitor.Bare), (question.Names, question.Times, question.Caller));
        Assert.Equal(question.Id, Assert.Single(told).Question.Id);
        Assert.Equal("visitor@edge.local wants to read temperature and humidity of Sensor 1", host.Provisioning.Describe(question));
    }

    [Fact]
    public async Task Asking_again_costs_no_write()
    {
        var storage = new DictionaryStorage();
        await using var host = await ThingsHost.StartAsync(storage);
        var thing = await host.OwnedThingAsync(Owner);
        await ReadAsync(host, thing, Both);
        var writes = storage.Writes;

        for (var i = 0; i < 50; i++) await ReadAsync(host, thing, Both);

        Assert.Equal(writes, storage.Writes);
    }

    [Fact]
    public async Task The_answer_allows_a_part_and_the_rest_is_not_asked_again()
    {
        await using var host = await ThingsHost.StartAsync();
        var thing = await host.OwnedThingAsync(Owner);
        await ReadAsync(host, thing, Both);
        var changed = host.Record<RulesChanged>();
        var until = host.Clock.GetUtcNow().AddDays(1);

        Assert.Equal(AnswerResult.Stored, await AnswerAsync(host, new(Temperature, SubjectKind.Caller, until)));

        var both = await ReadAsync(host, thing, Both);
        var humidity = await ReadAsync(host, thing, Humidity);
        Assert.Equal((DecisionOutcome.Allowed, Temperature), (both.Outcome, both.Names));
        Assert.Equal("Allowed because the owner said yes on 1 May 2026, until 2 May 2026, 12:00 UTC; humidity is not.", both.Reason);
        Assert.Equal(DecisionOutcome.Denied, humidity.Outcome);
        Assert.Equal("Refused because the owner said no on 1 May 2026, until 2 May 2026, 12:00 UTC.", humidity.Reason);
        Assert.Empty(host.Provisioning.QuestionsFor(Owner));
        var rule = Assert.Single(host.Provisioning.RulesOf(Owner));
        Assert.Equal(both.RuleIds, [rule.Id]);
        Assert.Equal(rule, Assert.Single(changed).Rule);
        Assert.Equal(
            "visitor@edge.local may read temperature, but not humidity, of Sensor 1 until 2 May 2026, 12:00 UTC",
            host.Provisioning.Describe(rule));
    }

    [Fact]
    public async Task A_name_that_no_answer_covers_is_asked_about_even_where_others_are_allowed()
    {
        await using var host = await ThingsHost.StartAsync();
        var thing = await host.OwnedThingAsync(Owner);
        await ReadAsync(host, thing, Temperature);
        await AnswerAsync(host, new(NameSet.All, SubjectKind.Caller, null));

        var decision = await ReadAsync(host, thing, Both);

        Assert.Equal((DecisionOutcome.Allowed, Temperature), (decision.Outcome, decision.Names));
        Assert.Equal(Humidity, Assert.Single(host.Provisioning.QuestionsFor(Owner)).Names);
    }

    [Fact]
    public async Task An_answer_for_the_domain_closes_the_same_questions_of_its_other_people()
    {
        await using var host = await ThingsHost.StartAsync();
        var thing = await host.OwnedThingAsync(Owner);
        await ReadAsync(host, thing, Temperature);
        await ReadAsync(host, thing, Temperature, "friend@edge.local");
        await ReadAsync(host, thing, Both, "cousin@edge.local");
        await ReadAsync(host, thing, Temperature, "stranger@elsewhere.example");

        await AnswerAsync(host, new(Temperature, SubjectKind.Domain, null));

        Assert.Equal(
            ["cousin@edge.local: humidity", "stranger@elsewhere.example: temperature"],
            host.Provisioning.QuestionsFor(Owner).Select(q => $"{q.Caller}: {q.Names}").Order());
        Assert.True((await ReadAsync(host, thing, Temperature, "friend@edge.local")).IsAllowed);
    }

    [Fact]
    public async Task Operations_are_asked_and_answered_apart()
    {
        await using var host = await ThingsHost.StartAsync();
        var thing = await host.OwnedThingAsync(Owner);
        await ReadAsync(host, thing, NameSet.Of("led"));
        await AnswerAsync(host, new(NameSet.All, SubjectKind.Caller, null));

        Assert.Equal(DecisionOutcome.Asked, (await DecideAsync(host, thing, Operation.Control, NameSet.Of("led"))).Outcome);
        Assert.Equal(DecisionOutcome.Asked, (await DecideAsync(host, thing, Operation.Befriend, NameSet.Empty)).Outcome);
        Assert.Equal(
            ["visitor@edge.local wants to be a friend of Sensor 1", "visitor@edge.local wants to set led of Sensor 1"],
            host.Provisioning.QuestionsFor(Owner).Select(host.Provisioning.Describe).Order());
    }

    [Fact]
    public async Task The_owner_and_the_gateway_itself_need_no_rule()
    {
        await using var host = await ThingsHost.StartAsync();
        var thing = await host.OwnedThingAsync(Owner);

        foreach (var caller in new[] { "owner@edge.local/desk", "concentrator.edge.local", "provisioning.edge.local/x" })
            Assert.Equal(Both, (await ReadAsync(host, thing, Both, caller)).Names);
        foreach (var caller in new[] { "things.edge.local", "concentrator@edge.local", "edge.local", "provisioning.edge.local.evil.example" })
            Assert.False((await ReadAsync(host, thing, Both, caller)).IsAllowed);
    }

    [Fact]
    public async Task A_thing_without_an_owner_answers_nobody_and_asks_nobody()
    {
        await using var host = await ThingsHost.StartAsync();
        var thing = new ThingId(Jid.Parse("sensor2@edge.local"));
        await host.Registry.RegisterAsync(thing, [new("KEY", "k")]);

        Assert.Equal(DecisionOutcome.Unowned, (await ReadAsync(host, thing, Both)).Outcome);
        Assert.Equal(DecisionOutcome.Unowned, (await ReadAsync(host, new(Jid.Parse("unheard@of.example")), Both)).Outcome);
    }

    [Fact]
    public async Task Only_the_owner_answers_adds_and_revokes()
    {
        await using var host = await ThingsHost.StartAsync();
        var thing = await host.OwnedThingAsync(Owner);
        await ReadAsync(host, thing, Both);
        var question = host.Provisioning.QuestionsFor(Owner)[0];
        var rule = NewRule(host, thing, Both, NameSet.All);

        Assert.Equal(AnswerResult.NotFound, await host.Provisioning.AnswerAsync(Visitor, question.Id, new(Both, SubjectKind.Caller, null)));
        Assert.Equal(AnswerResult.NotFound, await host.Provisioning.AddRuleAsync(rule with { Owner = Visitor }));
        Assert.Equal(AnswerResult.Stored, await host.Provisioning.AddRuleAsync(rule));
        Assert.Equal(AnswerResult.NotFound, await host.Provisioning.RevokeAsync(Visitor, rule.Id));
        Assert.Equal(AnswerResult.Stored, await host.Provisioning.RevokeAsync(Owner, rule.Id));
        Assert.Equal(AnswerResult.NotFound, await host.Provisioning.RevokeAsync(Owner, rule.Id));
        Assert.False((await ReadAsync(host, thing, Both)).IsAllowed);
    }

    [Fact]
    public async Task An_answer_that_is_over_before_it_begins_is_refused_and_the_question_stays()
    {
        await using var host = await ThingsHost.StartAsync();
        var thing = await host.OwnedThingAsync(Owner);
        await ReadAsync(host, thing, Both);

        Assert.Equal(AnswerResult.AlreadyExpired, await AnswerAsync(host, new(Both, SubjectKind.Caller, host.Clock.GetUtcNow())));
        Assert.Single(host.Provisioning.QuestionsFor(Owner));
    }

    [Fact]
    public async Task A_later_rule_takes_the_place_of_an_earlier_one_for_the_names_it_speaks_of()
    {
        await using var host = await ThingsHost.StartAsync();
        var thing = await host.OwnedThingAsync(Owner);
        await host.Provisioning.AddRuleAsync(NewRule(host, thing, NameSet.All, NameSet.Empty));
        await host.Provisioning.AddRuleAsync(NewRule(host, thing, Temperature, NameSet.All));

        Assert.Equal(Temperature, (await ReadAsync(host, thing, Both)).Names);
        Assert.Contains(
            "visitor@edge.local may not read everything except temperature of Sensor 1",
            host.Provisioning.RulesOf(Owner).Select(host.Provisioning.Describe));

        await host.Provisioning.AddRuleAsync(NewRule(host, thing, NameSet.All, NameSet.All));
        Assert.Equal(["visitor@edge.local may read everything of Sensor 1"], host.Provisioning.RulesOf(Owner).Select(host.Provisioning.Describe));
    }

    [Fact]
    public async Task Questions_and_rules_survive_a_restart_and_an_answer_is_stored_with_the_question_gone()
    {
        var storage = new DictionaryStorage();
        ThingId thing;
        Question question;
        await using (var first = await ThingsHost.StartAsync(storage))
        {
            thing = await first.OwnedThingAsync(Owner);
            await ReadAsync(first, thing, Both);
            question = first.Provisioning.QuestionsFor(Owner)[0];
        }

        await using (var second = await ThingsHost.StartAsync(storage))
        {
            Assert.Equal(question, Assert.Single(second.Provisioning.QuestionsFor(Owner)));
            var writes = storage.Writes;
            await AnswerAsync(second, new(Temperature, SubjectKind.Caller, second.Clock.GetUtcNow().AddDays(1)));
            Assert.Equal(writes + 1, storage.Writes);
        }

        await using var third = await ThingsHost.StartAsync(storage);
        Assert.Empty(third.Provisioning.QuestionsFor(Owner));
        Assert.Equal(Temperature, (await ReadAsync(third, thing, Both)).Names);
    }

    [Fact]
    public async Task Where_the_store_fails_nothing_has_changed()
    {
        var storage = new DictionaryStorage();
        await using var host = await ThingsHost.StartAsync(storage);
        var thing = await host.OwnedThingAsync(Owner);
        await ReadAsync(host, thing, Both);

        storage.IsBroken = true;
        await Assert.ThrowsAsync<Edge.Storage.StorageException>(() => AnswerAsync(host, new(Both, SubjectKind.Caller, null)));
        storage.IsBroken = false;

        Assert.Single(host.Provisioning.QuestionsFor(Owner));
        Assert.False((await ReadAsync(host, thing, Both)).IsAllowed);
        Assert.Equal(AnswerResult.Stored, await AnswerAsync(host, new(Both, SubjectKind.Caller, null)));
    }

    [Fact]
    public async Task Giving_a_thing_up_forgets_its_rules_and_questions()
    {
        await using var host = await ThingsHost.StartAsync();
        var thing = await host.OwnedThingAsync(Owner);
        await host.Provisioning.AddRuleAsync(NewRule(host, thing, Temperature, NameSet.All));
        await ReadAsync(host, thing, Both);
        var changed = host.Record<RulesChanged>();

        await host.Registry.DisownAsync(Owner, thing);

        Assert.Empty(host.Provisioning.QuestionsFor(Owner));
        Assert.Empty(host.Provisioning.RulesOf(Owner));
        Assert.Equal(new RulesChanged(thing, Owner, null), Assert.Single(changed));
        var heir = Jid.Parse("heir@edge.local");
        await host.OwnedThingAsync(heir);
        Assert.Equal(DecisionOutcome.Asked, (await ReadAsync(host, thing, Temperature)).Outcome);
    }

    [Fact]
    public async Task Limits_hold_for_owners_callers_names_and_rules()
    {
        await using var host = await ThingsHost.StartAsync(settings:
            [("maxQuestionsPerOwner", "3"), ("maxQuestionsPerCaller", "2"), ("maxNamesPerQuestion", "2"), ("maxRulesPerOwner", "1")]);
        var things = new List<ThingId>();
        for (var i = 0; i < 4; i++) things.Add(await host.OwnedThingAsync(Owner, jid: $"sensor{i}@edge.local"));

        Assert.Equal(DecisionOutcome.Asked, (await ReadAsync(host, things[0], NameSet.Of("a", "b", "c"))).Outcome);
        Assert.Equal(NameSet.Of("a", "b"), host.Provisioning.QuestionsFor(Owner)[0].Names);
        Assert.Equal(DecisionOutcome.Denied, (await ReadAsync(host, things[0], NameSet.Of("d"))).Outcome);
        Assert.Equal(DecisionOutcome.Asked, (await ReadAsync(host, things[1], Both)).Outcome);
        Assert.Equal(DecisionOutcome.Denied, (await ReadAsync(host, things[2], Both)).Outcome);
        Assert.Equal(DecisionOutcome.Asked, (await ReadAsync(host, things[2], Both, "other@edge.local")).Outcome);
        Assert.Equal(DecisionOutcome.Denied, (await ReadAsync(host, things[3], Both, "other@edge.local")).Outcome);

        Assert.Equal(AnswerResult.LimitReached, await host.Provisioning.AddRuleAsync(NewRule(host, things[0], NameSet.Of("a", "b", "c"), NameSet.All)));
        Assert.Equal(AnswerResult.Stored, await host.Provisioning.AddRuleAsync(NewRule(host, things[0], Temperature, NameSet.All)));
        Assert.Equal(AnswerResult.LimitReached, await host.Provisioning.AddRuleAsync(NewRule(host, things[1], Temperature, NameSet.All)));
        Assert.Equal(AnswerResult.Stored, await host.Provisioning.AddRuleAsync(NewRule(host, things[0], Temperature, NameSet.Empty)));
    }

    [Fact]
    public async Task Names_of_absurd_length_are_refused_without_being_asked_about()
    {
        await using var host = await ThingsHost.StartAsync();
        var thing = await host.OwnedThingAsync(Owner);

        var decision = await ReadAsync(host, thing, NameSet.Of(new string('x', 129), ""));
        await ReadAsync(host, thing, NameSet.Of(new string('x', 129), "temperature"));

        Assert.Equal(DecisionOutcome.Denied, decision.Outcome);
        Assert.Equal(Temperature, Assert.Single(host.Provisioning.QuestionsFor(Owner)).Names);
    }

    [Fact]
    public async Task A_rule_of_an_owners_client_is_stored_under_the_subject_as_others_write_it()
    {
        await using var host = await ThingsHost.StartAsync();
        var thing = await host.OwnedThingAsync(Owner);
        var rule = NewRule(host, thing, Temperature, NameSet.All) with { Id = new string('i', 500), Subject = new(SubjectKind.Caller, "Visitor@Edge.Local/phone") };

        await host.Provisioning.AddRuleAsync(rule);

        Assert.True((await ReadAsync(host, thing, Temperature)).IsAllowed);
        Assert.True(host.Provisioning.RulesOf(Owner)[0].Id.Length <= 64);
    }

    [Fact]
    public async Task A_request_for_everything_is_met_by_what_is_allowed_by_name()
    {
        await using var host = await ThingsHost.StartAsync();
        var thing = await host.OwnedThingAsync(Owner);
        await host.Provisioning.AddRuleAsync(NewRule(host, thing, Temperature, NameSet.All));

        var decision = await ReadAsync(host, thing, NameSet.All);

        Assert.Equal(Temperature, decision.Names);
        Assert.Equal("visitor@edge.local wants to read everything of Sensor 1", host.Provisioning.Describe(Assert.Single(host.Provisioning.QuestionsFor(Owner))));
        await AnswerAsync(host, new(NameSet.All, SubjectKind.Caller, null));
        Assert.True((await ReadAsync(host, thing, NameSet.All)).Names.IsAll);
    }

    private static Rule NewRule(ThingsHost host, ThingId thing, NameSet covers, NameSet allows) => new(
        Guid.NewGuid().ToString("N"), thing, Owner, Subject.Of(Visitor, SubjectKind.Caller), Operation.Read, covers, allows, host.Clock.GetUtcNow());

    private static Task<AnswerResult> AnswerAsync(ThingsHost host, Answer answer) =>
        host.Provisioning.AnswerAsync(Owner, host.Provisioning.QuestionsFor(Owner).First(q => q.Caller == Visitor.Bare).Id, answer);

    private static ValueTask<Decision> ReadAsync(ThingsHost host, ThingId thing, NameSet names, string? caller = null) =>
        DecideAsync(host, thing, Operation.Read, names, caller);

    private static ValueTask<Decision> DecideAsync(ThingsHost host, ThingId thing, Operation operation, NameSet names, string? caller = null) =>
        host.Provisioning.DecideAsync(new(thing, caller is null ? Visitor : Jid.Parse(caller), operation, names));
}
