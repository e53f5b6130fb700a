using Edge.Things;
using Edge.Things.Nodes;

namespace Edge.Tests.Things.Nodes;

public sealed class NodeRegistrationTests
{
    private static readonly Jid Owner = Jid.Parse("owner@edge.local");
    private static readonly NodeReference Node = new("t1", "fake");

    [Fact]
    public async Task The_claim_of_a_node_without_a_sticker_stays_good_over_restarts_and_claims_it()
    {
        var storage = new DictionaryStorage();
        string? uri;
        await using (var first = await ThingsHost.StartAsync(storage, sources: [new FakeSource()])) uri = Claims(first).ClaimUri(Node);

        await using var host = await ThingsHost.StartAsync(storage, sources: [new FakeSource()]);

        Assert.StartsWith("iotdisco:MAN=example.org;SN=7;KEY=", uri, StringComparison.Ordinal);
        Assert.EndsWith(";R=things.edge.local", uri, StringComparison.Ordinal);
        Assert.Equal(uri, Claims(host).ClaimUri(Node));
        Assert.NotNull(await host.Registry.ClaimAsync(Owner, Claims(host).ClaimTags(Node)!));
        Assert.Null(Claims(host).ClaimUri(Node));
        Assert.DoesNotContain("claim-keys/", storage.Dump, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_claimed_node_has_no_claim_after_a_restart_either()
    {
        var storage = new DictionaryStorage();
        await using (var first = await ThingsHost.StartAsync(storage, sources: [new FakeSource()]))
            await first.Registry.ClaimAsync(Owner, Claims(first).ClaimTags(Node)!);

        await using var host = await ThingsHost.StartAsync(storage, sources: [new FakeSource()]);

        Assert.Null(Claims(host).ClaimTags(Node));
        Assert.Equal(Owner, host.Registry.Find(host.Concentrator.Identify(Node))?.Owner);
    }

    [Fact]
    public async Task A_node_that_is_given_up_gets_another_key()
    {
        await using var host = await ThingsHost.StartAsync(sources: [new FakeSource()]);
        var old = Claims(host).ClaimTags(Node)!;
        await host.Registry.ClaimAsync(Owner, old);

        await host.Registry.DisownAsync(Owner, host.Concentrator.Identify(Node));

        Assert.Null(await host.Registry.ClaimAsync(Owner, old));
        Assert.NotNull(await host.Registry.ClaimAsync(Owner, Claims(host).ClaimTags(Node)!));
    }

    [Fact]
    public async Task A_sticker_key_is_used_as_it_is_and_is_good_again_after_giving_up()
    {
        var bus = new FakeSource { Tags = [new("SN", "a;b\\c"), new("V", null, 1.5), new("KEY", "sticker")] };
        await using var host = await ThingsHost.StartAsync(sources: [bus]);

        Assert.Equal(@"iotdisco:SN=a\;b\\c;#V=1.5;KEY=sticker;R=things.edge.local", Claims(host).ClaimUri(Node));
        Assert.NotNull(await host.Registry.ClaimAsync(Owner, bus.Tags));
        await host.Registry.DisownAsync(Owner, host.Concentrator.Identify(Node));
        Assert.NotNull(await host.Registry.ClaimAsync(Owner, bus.Tags));
    }

    [Fact]
    public async Task A_node_that_appears_or_changes_is_registered_as_it_is_now()
    {
        var bus = new FakeSource { Tags = null };
        await using var host = await ThingsHost.StartAsync(sources: [bus]);
        Assert.Null(Claims(host).ClaimTags(Node));
        Assert.Empty(host.Registry.All);

        bus.Tags = [new("SN", "1"), new("KEY", "k")];
        await host.Events.PublishAsync(new NodesChanged("fake"));
        bus.Tags = [new("SN", "2"), new("KEY", "k")];
        await host.Events.PublishAsync(new NodesChanged("fake"));

        Assert.Equal("2", Assert.Single(host.Registry.All).Text("SN"));
        Assert.NotNull(await host.Registry.ClaimAsync(Owner, bus.Tags));
    }

    [Fact]
    public async Task An_owned_nodes_new_version_is_told_but_the_owners_name_for_it_stays()
    {
        var bus = new FakeSource { Tags = [new("NAME", "Meter"), new("V", null, 1), new("KEY", "k")] };
        await using var host = await ThingsHost.StartAsync(sources: [bus]);
        var id = host.Concentrator.Identify(Node);
        await host.Registry.ClaimAsync(Owner, bus.Tags);
        await host.Registry.UpdateAsync(id, Owner, [new("NAME", "Cellar")]);

        bus.Tags = [new("NAME", "Meter"), new("V", null, 2), new("KEY", "k")];
        await host.Events.PublishAsync(new NodesChanged("fake"));

        Assert.Equal("Cellar", host.Registry.Find(id)!.Name);
        Assert.Equal(2, host.Registry.Find(id)!.Tags.Single(t => t.Name == "V").Number);
    }

    private static INodeClaims Claims(ThingsHost host) => host.Get<INodeClaims>();
}
