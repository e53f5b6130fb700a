using Edge.Identity;
using Edge.Identity.Accounts;
using Edge.Storage;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Edge.Benchmarks.Xmpp.Servers;

/// <summary>Makes accounts in a data folder before the gateway opens it.</summary>
internal static class AccountMint
{
    /// <summary>Makes the accounts of a plan. All have the keys of the first: PBKDF2 for thousands would take minutes.</summary>
    public static async Task MakeAsync(string dataFolder, XmppPlan plan)
    {
        Directory.CreateDirectory(dataFolder);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("identity:scramIterations", $"{XmppPlan.Iterations}")]).Build();
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(TimeProvider.System)
            .AddEdgeStorage(configuration.GetSection("storage"), dataFolder)
            .AddEdgeIdentity(configuration.GetSection("identity"), dataFolder)
            .BuildServiceProvider();
        foreach (var startup in services.GetServices<IHostedService>().OfType<IHostedLifecycleService>()) await startup.StartingAsync(CancellationToken.None);

        var accounts = services.GetRequiredService<IAccounts>();
        if (await accounts.CreateAsync(XmppPlan.User(0), XmppPlan.Password, Roles.None) is not AccountError.None and var error)
            throw new IOException($"No account could be made: {error}.");
        var first = (await accounts.FindAsync(XmppPlan.User(0)))!;
        var store = services.GetRequiredService<IStorage>().Open<Account>("accounts");
        foreach (var user in plan.Accounts.Skip(1)) await store.SaveAsync(user, first with { Name = user });
    }
}
