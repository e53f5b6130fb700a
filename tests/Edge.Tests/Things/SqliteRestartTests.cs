using Edge.Storage;
using Edge.Storage.Sqlite;
using Edge.TestKit;
using Edge.Tests.Things.Nodes;
using Edge.Things;
using Edge.Things.Nodes;
using Edge.Things.Provisioning;

namespace Edge.Tests.Things;

public sealed class SqliteRestartTests
{
    private static readonly Jid Owner = Jid.Parse("owner@edge.local");
    private static readonly Jid Visitor = Jid.Parse("visitor@edge.local");
    private static readonly NodeReference Node = new("t1", "fake");

    [Fact]
    public async Task Ownership_rules_questions_and_claims_come_back_from_the_database()
    {
        using var folder = new TempFolder();
        string? claim;
        await using (var storage = Open(folder))
        {
            await using var host = await ThingsHost.StartAsync(storage, sources: [new FakeSource(), new FakeSource("other")]);
            var claims = host.Get<INodeClaims>();
            claim = claims.ClaimUri(new("t1", "other"));
            Assert.NotNull(await host.Registry.ClaimAsync(Owner, claims.ClaimTags(Node)!));
            await Ask(host, "temperature", "humidity");
            var answer = new Answer(NameSet.Of("temperature"), SubjectKind.Caller, host.Clock.GetUtcNow().AddDays(1));
            Assert.Equal(AnswerResult.Stored, await host.Provisioning.AnswerAsync(Owner, host.Provisioning.QuestionsFor(Owner)[0].Id, answer));
            await Ask(host, "serial");
        }

        await using var again = Open(folder);
        await using var restarted = await ThingsHost.StartAsync(again, sources: [new FakeSource(), new FakeSource("other")]);

        Assert.NotNull(claim);
        Assert.Equal(claim, restarted.Get<INodeClaims>().ClaimUri(new("t1", "other")));
        Assert.Equal(Owner, restarted.Registry.Find(restarted.Concentrator.Identify(Node))?.Owner);
        Assert.Equal(NameSet.Of("serial"), Assert.Single(restarted.Provisioning.QuestionsFor(Owner)).Names);
        Assert.Equal(NameSet.Of("temperature"), (await Ask(restarted, "temperature", "humidity")).Names);
    }

    private static SqliteStorage Open(TempFolder folder) => SqliteStorage.Open(folder.File("edge.db"), new StorageOptions());

    private static async Task<Decision> Ask(ThingsHost host, params string[] names) =>
        await host.Provisioning.DecideAsync(new(host.Concentrator.Identify(Node), Visitor, Operation.Read, NameSet.Of(names)));
}
