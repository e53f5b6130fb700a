using Edge.TestKit;
using Edge.Tests.Things;
using Edge.Things;
using Edge.Things.Provisioning;
using Edge.Things.Registry;

namespace Edge.Tests.Mqtt.NodeProtocol;

/// <summary>What the gateway tells a node of its own accord, until it is known (XEP-0324 §3.5.1, §5.2).</summary>
public sealed class NoticeTests
{
    [Fact]
    public async Task A_claim_is_told_and_voids_the_cache()
    {
        await using var host = await NodeHost.StartAsync();
        var node = await host.TrustedNodeAsync();
        await host.ClaimAsync();

        var claimed = await node.HearsAsync("claimed");
        Assert.Equal(("owner@edge.local", true), ((string?)claimed["owner"], (bool)claimed["public"]!));
        await AcknowledgeAsync(node);
        await Eventually.HoldsAsync(() => host.Steps.Contains("sensor-1: cacheCleared"));
    }

    [Fact]
    public async Task A_node_without_an_owner_any_more_is_told()
    {
        await using var host = await NodeHost.StartAsync();
        var node = await host.TrustedNodeAsync();
        var thing = await host.ClaimAsync();
        await node.HearsAsync("claimed");
        await AcknowledgeAsync(node);

        Assert.True(await host.Get<IThingRegistry>().DisownAsync(NodeHost.Owner, thing.Id));
        await node.HearsAsync("clearCache"); // the former owner's rules went first
        await node.HearsAsync("disowned");
        await node.HearsAsync("clearCache");
    }

    [Fact]
    public async Task What_happened_while_the_node_was_away_is_told_when_it_is_back_and_after_a_restart_too()
    {
        var storage = new DictionaryStorage();
        await using (var first = await NodeHost.StartAsync(storage))
        {
            await (await first.TrustedNodeAsync()).LeaveAsync();
            await first.ClaimAsync();
        }

        await using (var second = await NodeHost.StartAsync(storage))
        {
            var node = await second.ReturnAsync();
            await node.HearsAsync("claimed");
            await AcknowledgeAsync(node);
            await Eventually.HoldsAsync(() => second.Steps.Contains("sensor-1: cacheCleared"));
        }

        await using var third = await NodeHost.StartAsync(storage);
        var back = await third.ReturnAsync(hello: ScriptedNode.Hello.Replace("factory", "owned", StringComparison.Ordinal));
        await back.HearsAsync("claimed");
        Assert.Empty(back.Inbox);
    }

    [Fact]
    public async Task A_node_that_believes_to_be_owned_and_is_not_is_told()
    {
        await using var host = await NodeHost.StartAsync();
        await (await host.TrustedNodeAsync()).LeaveAsync();
        var node = await host.ReturnAsync(hello: ScriptedNode.Hello.Replace("factory", "owned", StringComparison.Ordinal));
        await node.HearsAsync("disowned");
        Assert.Empty(node.Inbox);
    }

    [Fact]
    public async Task ClearCache_is_repeated_until_it_is_acknowledged()
    {
        await using var host = await NodeHost.StartAsync();
        var node = await host.TrustedNodeAsync();
        await host.ClaimAsync();
        await node.HearsAsync("claimed");
        var first = await node.HearsAsync("clearCache");
        await Eventually.HoldsAsync(() => host.Clock.ArmedTimers > 0);
        host.Clock.Advance(TimeSpan.FromSeconds(11));
        var second = await node.HearsAsync("clearCache");
        Assert.Equal((int)first["id"]!, (int)second["id"]!);
        await node.LeaveAsync();

        var back = await host.ReturnAsync();
        await back.HearsAsync("claimed");
        await AcknowledgeAsync(back);
        await Eventually.HoldsAsync(() => host.Steps.Contains("sensor-1: cacheCleared"));
    }

    [Fact]
    public async Task An_acknowledgement_of_an_earlier_clearCache_does_not_count_for_a_later_one()
    {
        await using var host = await NodeHost.StartAsync();
        var node = await host.TrustedNodeAsync();
        var thing = await host.ClaimAsync();
        await node.HearsAsync("claimed");
        var early = await node.HearsAsync("clearCache");
        await host.Provisioning.AddRuleAsync(new(
            "r1", thing.Id, NodeHost.Owner, Subject.Anyone, Operation.Read, NameSet.All, NameSet.All, host.Clock.GetUtcNow()));
        var late = await node.HearsAsync("clearCache");

        await node.SayAsync("clearCacheResponse", $$"""{"id":{{early["id"]}}}""");
        await node.SayAsync("clearCacheResponse", $$"""{"id":{{late["id"]}}}""");
        await Eventually.HoldsAsync(() => host.Steps.Contains("sensor-1: cacheCleared"));
        Assert.Single(host.Steps, "sensor-1: cacheCleared");
    }

    [Fact]
    public async Task Rules_about_other_things_clear_nothing()
    {
        await using var host = await NodeHost.StartAsync();
        var node = await host.TrustedNodeAsync();
        foreach (var thing in new[] { new ThingId(Jid.Parse("sensor-1@edge.local")), new ThingId(host.Concentrator.Address, new("sensor-1", "modbus")) })
            await host.Get<IDomainEvents>().PublishAsync(new RulesChanged(thing, NodeHost.Owner, null));
        Assert.Empty(node.Inbox);
    }

    private static async Task AcknowledgeAsync(ScriptedNode node)
    {
        var clear = await node.HearsAsync("clearCache");
        await node.SayAsync("clearCacheResponse", $$"""{"id":{{clear["id"]}}}""");
    }
}
