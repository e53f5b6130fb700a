using Edge.Things;
using Edge.Things.Registry;

namespace Edge.Tests.Things.Registry;

public sealed class ThingRegistryTests
{
    private static readonly Jid Alice = Jid.Parse("alice@edge.local/phone");
    private static readonly Jid Bob = Jid.Parse("bob@edge.local");
    private static readonly ThingId Sensor = new(Jid.Parse("sensor1@edge.local"));
    private static readonly Tag[] Tags = [new("MAN", "example.org"), new("SN", "42"), new("V", null, 1.5), new("KEY", "open sesame")];

    [Fact]
    public async Task The_full_set_of_tags_claims_in_any_order_and_case_of_names()
    {
        await using var host = await ThingsHost.StartAsync();
        await host.Registry.RegisterAsync(Sensor, Tags);
        var told = host.Record<ThingClaimed>();

        var thing = await host.Registry.ClaimAsync(Alice, [new("key", "open sesame"), new("v", null, 1.5), new("sn", "42"), new("man", "example.org"), new("R", "things.edge.local")]);

        Assert.Equal(Alice.Bare, thing?.Owner);
        Assert.Equal(Sensor, thing?.Id);
        Assert.Equal(thing, Assert.Single(told).Thing);
        Assert.Equal(host.Clock.GetUtcNow(), thing?.ClaimedAt);
        Assert.Equal(Sensor, Assert.Single(host.Registry.OwnedBy(Alice)).Id);
    }

    public static TheoryData<string> WrongClaims => ["wrong key", "no key", "one tag less", "one tag more", "other number", "number as text", "empty"];

    [Theory]
    [MemberData(nameof(WrongClaims))]
    public async Task Any_other_set_claims_nothing(string what)
    {
        await using var host = await ThingsHost.StartAsync();
        await host.Registry.RegisterAsync(Sensor, Tags);
        Tag[] wrong = what switch
        {
            "wrong key" => [.. Tags[..3], new("KEY", "open sesamE")],
            "no key" => Tags[..3],
            "one tag less" => Tags[1..],
            "one tag more" => [.. Tags, new("ROOM", "1")],
            "other number" => [.. Tags[..2], new("V", null, 1.6), Tags[3]],
            "number as text" => [.. Tags[..2], new("V", "1.5"), Tags[3]],
            _ => [],
        };

        Assert.Null(await host.Registry.ClaimAsync(Alice, wrong));
        Assert.Null(host.Registry.Find(Sensor)?.Owner);
    }

    [Fact]
    public async Task A_thing_that_registered_without_a_key_cannot_be_claimed()
    {
        await using var host = await ThingsHost.StartAsync();
        await host.Registry.RegisterAsync(Sensor, Tags[..3]);

        Assert.Null(await host.Registry.ClaimAsync(Alice, Tags[..3]));
        Assert.Null(await host.Registry.ClaimAsync(Alice, Tags));
    }

    [Fact]
    public async Task Two_things_with_the_same_key_and_tags_are_given_to_nobody()
    {
        await using var host = await ThingsHost.StartAsync();
        await host.Registry.RegisterAsync(Sensor, Tags);
        await host.Registry.RegisterAsync(new(Jid.Parse("copy@edge.local")), Tags);

        Assert.Null(await host.Registry.ClaimAsync(Alice, Tags));
    }

    [Fact]
    public async Task A_claimed_thing_is_not_claimed_or_registered_again()
    {
        await using var host = await ThingsHost.StartAsync();
        await host.Registry.RegisterAsync(Sensor, Tags);
        await host.Registry.ClaimAsync(Alice, Tags, isPublic: false);

        Assert.Null(await host.Registry.ClaimAsync(Bob, Tags));
        var again = await host.Registry.RegisterAsync(Sensor, [new("SN", "43"), new("KEY", "new")]);

        Assert.Equal(new RegisterResult(Alice.Bare, false), again);
        Assert.Equal("42", host.Registry.Find(Sensor)?.Text("sn"));
    }

    [Fact]
    public async Task The_key_is_never_shown_nor_stored_in_clear()
    {
        var storage = new DictionaryStorage();
        await using var host = await ThingsHost.StartAsync(storage);
        await host.Registry.RegisterAsync(Sensor, Tags);
        Assert.DoesNotContain(host.Registry.All.SelectMany(t => t.Tags), t => t.Name == "KEY");
        Assert.DoesNotContain("open sesame", storage.Dump, StringComparison.Ordinal);
        Assert.Contains("\"key\":", storage.Dump, StringComparison.Ordinal);

        await host.Registry.ClaimAsync(Alice, Tags);

        Assert.DoesNotContain("\"key\":", storage.Dump, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_survives_a_restart()
    {
        var storage = new DictionaryStorage();
        var other = new ThingId(Jid.Parse("concentrator.edge.local"), new("meter 1", "modbus"));
        Thing? before;
        await using (var first = await ThingsHost.StartAsync(storage))
        {
            await first.Registry.RegisterAsync(Sensor, Tags);
            await first.Registry.RegisterAsync(other, [new("KEY", "k")]);
            before = await first.Registry.ClaimAsync(Alice, Tags);
        }

        await using var host = await ThingsHost.StartAsync(storage);

        var after = host.Registry.Find(Sensor);
        Assert.Equal(before!.Tags, after!.Tags);
        Assert.Equal(before with { Tags = after.Tags }, after);
        Assert.Equal(other, (await host.Registry.ClaimAsync(Bob, [new("KEY", "k")]))?.Id);
    }

    [Fact]
    public async Task A_thing_that_is_given_up_has_a_key_that_nobody_knows_until_it_registers_again()
    {
        await using var host = await ThingsHost.StartAsync();
        await host.Registry.RegisterAsync(Sensor, Tags);
        await host.Registry.ClaimAsync(Alice, Tags);
        var told = host.Record<ThingDisowned>();

        Assert.False(await host.Registry.DisownAsync(Bob, Sensor));
        Assert.True(await host.Registry.DisownAsync(Alice, Sensor));

        Assert.Equal(new ThingDisowned(Sensor, Alice.Bare), Assert.Single(told));
        Assert.Empty(host.Registry.OwnedBy(Alice));
        Assert.Null(await host.Registry.ClaimAsync(Alice, Tags));
        Assert.Null(await host.Registry.ClaimAsync(Alice, Tags[..3]));
        await host.Registry.RegisterAsync(Sensor, Tags);
        Assert.NotNull(await host.Registry.ClaimAsync(Bob, Tags));
    }

    [Fact]
    public async Task An_update_merges_and_an_empty_text_removes()
    {
        await using var host = await ThingsHost.StartAsync();
        Assert.Equal(UpdateResult.NotFound, await host.Registry.UpdateAsync(Sensor, null, [new("ROOM", "1")]));
        await host.Registry.RegisterAsync(Sensor, Tags);
        Assert.Equal(UpdateResult.Unclaimed, await host.Registry.UpdateAsync(Sensor, null, [new("ROOM", "1")]));
        await host.Registry.ClaimAsync(Alice, Tags);

        Assert.Equal(UpdateResult.NotFound, await host.Registry.UpdateAsync(Sensor, Bob, [new("ROOM", "1")]));
        Assert.Equal(UpdateResult.Updated, await host.Registry.UpdateAsync(Sensor, Alice, [new("ROOM", "1"), new("sn", ""), new("KEY", "again")]));

        Assert.Equal([new("MAN", "example.org"), new("V", null, 1.5), new("ROOM", "1")], host.Registry.Find(Sensor)!.Tags);
    }

    [Fact]
    public async Task Removing_hides_a_thing_and_unregistering_forgets_it()
    {
        await using var host = await ThingsHost.StartAsync();
        await host.Registry.RegisterAsync(Sensor, Tags);
        await host.Registry.ClaimAsync(Alice, Tags);

        Assert.False(await host.Registry.RemoveAsync(Bob, Sensor));
        Assert.True(await host.Registry.RemoveAsync(Alice, Sensor));
        Assert.False(host.Registry.Find(Sensor)!.IsPublic);
        Assert.Equal(Alice.Bare, host.Registry.Find(Sensor)!.Owner);

        await host.Registry.UnregisterAsync(Sensor);
        await host.Registry.UnregisterAsync(Sensor);
        Assert.Null(host.Registry.Find(Sensor));
    }

    [Fact]
    public async Task A_self_owned_thing_owns_itself_and_may_register_again()
    {
        await using var host = await ThingsHost.StartAsync();

        Assert.Null((await host.Registry.RegisterAsync(Sensor, Tags, selfOwned: true)).Owner);
        await host.Registry.RegisterAsync(Sensor, [new("SN", "43")], selfOwned: true);

        Assert.Equal(Sensor.Jid, host.Registry.Find(Sensor)?.Owner);
        Assert.Equal("43", host.Registry.Find(Sensor)?.Text("SN"));
        Assert.Null(await host.Registry.ClaimAsync(Alice, Tags));
    }

    [Theory]
    [InlineData("", "x")]
    [InlineData("A B", "x")]
    [InlineData("A:B", "x")]
    [InlineData("#A", "x")]
    [InlineData("A", null)]
    public async Task A_tag_out_of_order_is_refused_with_the_reason(string name, string? text)
    {
        await using var host = await ThingsHost.StartAsync();

        var result = await host.Registry.RegisterAsync(Sensor, [new(name, text), new("KEY", "k")]);

        Assert.NotNull(result.Refusal);
        Assert.Null(host.Registry.Find(Sensor));
    }

    [Fact]
    public async Task Limits_are_told_with_their_keys()
    {
        await using var host = await ThingsHost.StartAsync(settings: [("maxThings", "1"), ("maxTagsPerThing", "6")]);
        Tag[] seven = [.. Enumerable.Range(0, 7).Select(i => new Tag("T" + i, "x"))];

        Assert.Contains("things:maxTagsPerThing", (await host.Registry.RegisterAsync(Sensor, seven)).Refusal, StringComparison.Ordinal);
        Assert.NotNull((await host.Registry.RegisterAsync(Sensor, [new("A", new string('x', 129))])).Refusal);
        Assert.NotNull((await host.Registry.RegisterAsync(Sensor, [new(new string('x', 65), "A")])).Refusal);
        Assert.NotNull((await host.Registry.RegisterAsync(Sensor, [new("A", "1"), new("a", "2")])).Refusal);
        Assert.Null((await host.Registry.RegisterAsync(Sensor, Tags)).Refusal);
        Assert.Contains("things:maxThings", (await host.Registry.RegisterAsync(new(Bob), Tags)).Refusal, StringComparison.Ordinal);
        Assert.Null((await host.Registry.RegisterAsync(Sensor, Tags)).Refusal);
    }

    [Fact]
    public async Task Somebody_who_guesses_is_refused_even_the_right_claim_until_the_minute_is_over()
    {
        await using var host = await ThingsHost.StartAsync(settings: [("maxFailedClaimsPerMinute", "3")]);
        await host.Registry.RegisterAsync(Sensor, Tags);
        for (var i = 0; i < 3; i++) await host.Registry.ClaimAsync(Alice, [.. Tags[..3], new("KEY", $"guess {i}")]);

        Assert.Null(await host.Registry.ClaimAsync(Alice, Tags));
        host.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.NotNull(await host.Registry.ClaimAsync(Alice, Tags));
    }
}
