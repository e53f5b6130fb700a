using Edge.Identity;
using Edge.Storage;
using Edge.Storage.Memory;
using Edge.TestKit;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Edge.Tests.Identity;

/// <summary>Identity as a host composes it, over a store that outlives it and a clock that stands still.</summary>
internal sealed class IdentityHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private IdentityHost(ServiceProvider services, ManualClock clock) => (_services, Clock) = (services, clock);

    public ManualClock Clock { get; }

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    /// <summary>With few iterations, unless a setting says otherwise: the arithmetic is the same.</summary>
    public static async Task<IdentityHost> StartAsync(TempFolder folder, IStorage? storage = null, ManualClock? clock = null, params (string Key, string Value)[] settings)
    {
        clock ??= new();
        (string Key, string Value)[] all = [("scramIterations", "4096"), .. settings];
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(all.Select(s => KeyValuePair.Create<string, string?>("identity:" + s.Key, s.Value))).Build();
        var services = new ServiceCollection().AddLogging()
            .AddSingleton<TimeProvider>(clock)
            .AddSingleton(storage ?? new MemoryStorage())
            .AddEdgeIdentity(configuration.GetSection("identity"), folder.Path)
            .BuildServiceProvider();
        foreach (var hosted in services.GetServices<IHostedService>().OfType<IHostedLifecycleService>()) await hosted.StartingAsync(CancellationToken.None);
        return new(services, clock);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
