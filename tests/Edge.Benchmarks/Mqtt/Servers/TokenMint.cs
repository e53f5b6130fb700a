using Edge.Benchmarks.Load;
using Edge.Identity;
using Edge.Identity.Tokens;
using Edge.Storage;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Edge.Benchmarks.Mqtt.Servers;

/// <summary>Makes access tokens in a data folder before the server that will judge them opens it: both have its signing key.</summary>
internal static class TokenMint
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>A token for each client, with exactly its scopes.</summary>
    public static async Task<Login[]> IssueAsync(string dataFolder, IReadOnlyList<Client> clients)
    {
        Directory.CreateDirectory(dataFolder);
        var nothing = new ConfigurationBuilder().Build();
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(TimeProvider.System)
            .AddEdgeStorage(nothing.GetSection("storage"), dataFolder)
            .AddEdgeIdentity(nothing.GetSection("identity"), dataFolder)
            .BuildServiceProvider();
        foreach (var startup in services.GetServices<IHostedService>().OfType<IHostedLifecycleService>()) await startup.StartingAsync(CancellationToken.None);

        var tokens = services.GetRequiredService<ITokenService>();
        return [.. clients.Select(c => new Login(c.Id, c.Id, tokens.Issue(c.Id, c.Id, c.Scopes, Lifetime).Value))];
    }
}
