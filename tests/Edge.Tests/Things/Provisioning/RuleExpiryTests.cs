using Edge.TestKit;
using Edge.Things;
using Edge.Things.Provisioning;

namespace Edge.Tests.Things.Provisioning;

public sealed class RuleExpiryTests
{
    private static readonly Jid Owner = Jid.Parse("owner@edge.local");
    private static readonly Jid Visitor = Jid.Parse("visitor@edge.local");

    [Fact]
    public async Task A_rule_that_runs_out_is_removed_and_told_once()
    {
        await using var host = await ThingsHost.StartAsync();
        var thing = await host.OwnedThingAsync(Owner);
        await AddAsync(host, thing, TimeSpan.FromMinutes(90));
        await AddAsync(host, thing, TimeSpan.FromDays(400), SubjectKind.Domain);
        var told = host.Record<RulesChanged>();

        host.Clock.Advance(TimeSpan.FromMinutes(89));
        Assert.Empty(told);
        host.Clock.Advance(TimeSpan.FromMinutes(1));

        await Eventually.HoldsAsync(() => told.Count == 1);
        Assert.Equal(new RulesChanged(thing, Owner, null), told.Single());
        Assert.Equal(SubjectKind.Domain, Assert.Single(host.Provisioning.RulesOf(Owner)).Subject.Kind);
    }

    [Fact]
    public async Task A_rule_that_ran_out_while_the_gateway_was_off_is_told_at_the_next_start()
    {
        var storage = new DictionaryStorage();
        var clock = new ManualClock();
        await using (var host = await ThingsHost.StartAsync(storage, clock))
            await AddAsync(host, await host.OwnedThingAsync(Owner), TimeSpan.FromHours(1));
        clock.Advance(TimeSpan.FromHours(2));

        await using var again = await ThingsHost.StartAsync(storage, clock);

        Assert.Empty(again.Provisioning.RulesOf(Owner));
        Assert.DoesNotContain("rules/", storage.Dump, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_fails_is_tried_again()
    {
        var storage = new DictionaryStorage();
        await using var host = await ThingsHost.StartAsync(storage);
        var thing = await host.OwnedThingAsync(Owner);
        await AddAsync(host, thing, TimeSpan.FromMinutes(10));

        storage.IsBroken = true;
        host.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Single(host.Provisioning.RulesOf(Owner));
        Assert.False((await host.Provisioning.DecideAsync(new(thing, Visitor, Operation.Read, NameSet.Empty))).IsAllowed);
        storage.IsBroken = false;
        host.Clock.Advance(TimeSpan.FromMinutes(1));

        await Eventually.HoldsAsync(() => host.Provisioning.RulesOf(Owner).Count == 0);
    }

    private static Task<AnswerResult> AddAsync(ThingsHost host, ThingId thing, TimeSpan validity, SubjectKind kind = SubjectKind.Caller)
    {
        var now = host.Clock.GetUtcNow();
        return host.Provisioning.AddRuleAsync(
            new("", thing, Owner, Subject.Of(Visitor, kind), Operation.Read, NameSet.All, NameSet.All, now) { ValidUntil = now + validity });
    }
}
