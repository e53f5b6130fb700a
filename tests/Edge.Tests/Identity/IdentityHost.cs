using Edge.Identity;
using Edge.Storage;
using Edge.Storage.Memory;
using Edge.TestKit;
using Edge.Tests.Mqtt.Harness;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Edge.Tests.Identity;

/// <summary>Identity as a host composes it, over a store that outlives it and a clock that stands still.</summary>
internal sealed class IdentityHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private IdentityHost(ServiceProvider services, ManualClock clock, LogCapture log) => (_services, Clock, Log) = (services, clock, log);

    public LogCapture Log { get; }

    public ManualClock Clock { get; }

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    /// <summary>With few iterations, unless a setting says otherwise: the arithmetic is the same.</summary>
    public static Task<IdentityHost> StartAsync(TempFolder folder, IStorage? storage = null, ManualClock? clock = null, params (string Key, string Value)[] settings) =>
        StartAsync(folder, storage, clock, _ => { }, settings);

    /// <summary>With more services, such as those who keep something for accounts.</summary>
    public static async Task<IdentityHost> StartAsync(
        TempFolder folder, IStorage? storage, ManualClock? clock, Action<IServiceCollection> more, params (string Key, string Value)[] settings)
    {
        clock ??= new();
        (string Key, string Value)[] all = [("scramIterations", "4096"), .. settings];
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(all.GroupBy(s => s.Key).Select(s => KeyValuePair.Create<string, string?>("identity:" + s.Key, s.Last().Value))).Build();
        var log = new LogCapture();
        var collection = new ServiceCollection().AddLogging(l => l.AddProvider(log).SetMinimumLevel(LogLevel.Debug))
            .AddSingleton<TimeProvider>(clock)
            .AddSingleton(storage ?? new MemoryStorage())
            .AddEdgeIdentity(configuration.GetSection("identity"), folder.Path);
        more(collection);
        var services = collection.BuildServiceProvider();
        foreach (var hosted in services.GetServices<IHostedService>().OfType<IHostedLifecycleService>()) await hosted.StartingAsync(CancellationToken.None);
        return new(services, clock, log);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
