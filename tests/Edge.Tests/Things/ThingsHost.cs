using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;

using Edge.Storage;
using Edge.TestKit;
using Edge.Things;
using Edge.Things.Nodes;
using Edge.Things.Provisioning;
using Edge.Things.Registry;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Edge.Tests.Things;

/// <summary>The domain as a host composes it, over a store that outlives it and a clock that stands still.</summary>
internal sealed class ThingsHost : IAsyncDisposable
{
    private readonly IHost _host;

    private ThingsHost(IHost host, ManualClock clock) => (_host, Clock) = (host, clock);

    public ManualClock Clock { get; }

    public IThingRegistry Registry => Get<IThingRegistry>();

    public IProvisioning Provisioning => Get<IProvisioning>();

    public IConcentrator Concentrator => Get<IConcentrator>();

    public IDomainEvents Events => Get<IDomainEvents>();

    public static async Task<ThingsHost> StartAsync(
        IStorage? storage = null, ManualClock? clock = null, INodeSource[]? sources = null, params (string Key, string Value)[] settings)
    {
        clock ??= new();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create<string, string?>("things:" + s.Key, s.Value)));
        builder.Services.AddSingleton(storage ?? new DictionaryStorage()).AddSingleton<TimeProvider>(clock).AddLogging();
        foreach (var source in sources ?? []) builder.Services.AddSingleton(source);
        builder.Services.AddEdgeThings(builder.Configuration.GetSection("things"));
        var host = builder.Build();
        await host.StartAsync();
        return new(host, clock);
    }

    public T Get<T>() where T : notnull => _host.Services.GetRequiredService<T>();

    /// <summary>Everything of one type that is published from now on.</summary>
    public ConcurrentQueue<T> Record<T>() where T : class
    {
        var seen = new ConcurrentQueue<T>();
        Events.Subscribe<T>((e, _) =>
        {
            seen.Enqueue(e);
            return ValueTask.CompletedTask;
        });
        return seen;
    }

    /// <summary>A thing that <paramref name="owner"/> owns.</summary>
    public async Task<ThingId> OwnedThingAsync(Jid owner, string name = "Sensor 1", string jid = "sensor1@edge.local")
    {
        var id = new ThingId(Jid.Parse(jid));
        Tag[] tags = [new("NAME", name), new("KEY", "secret-of-" + jid)];
        await Registry.RegisterAsync(id, tags);
        Assert.NotNull(await Registry.ClaimAsync(owner, tags));
        return id;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}

/// <summary>A store of JSON texts that survives the host, so that tests see what would be read after a restart.</summary>
internal sealed class DictionaryStorage : IStorage
{
    private readonly ConcurrentDictionary<(string Store, string Key), byte[]> _documents = new();

    /// <summary>Everything stored, as text.</summary>
    public string Dump => string.Join('\n', _documents.Select(d => $"{d.Key.Store}/{d.Key.Key}: {System.Text.Encoding.UTF8.GetString(d.Value)}"));

    /// <summary>How many times something was written.</summary>
    public int Writes { get; private set; }

    /// <summary>Set, no write succeeds.</summary>
    public bool IsBroken { get; set; }

    /// <summary>Waited for before something is written; gets the store's name.</summary>
    public Func<string, Task> Writing { get; set; } = _ => Task.CompletedTask;

    public IStore<T> Open<T>(string name) where T : class => new Store<T>(this, name);

    public async ValueTask CommitAsync(StoreBatch batch, CancellationToken cancel = default)
    {
        if (IsBroken) throw new StorageException("The disk is full.");
        if (batch.Changes.Count > 0) await Writing(batch.Changes[0].Store);

        Writes++;
        foreach (var change in batch.Changes)
        {
            if (change.Json is null) _documents.TryRemove((change.Store, change.Key), out _);
            else _documents[(change.Store, change.Key)] = change.Json;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Store<T>(DictionaryStorage storage, string name) : IStore<T> where T : class
    {
        public ValueTask<T?> FindAsync(string key, CancellationToken cancel = default) =>
            new(storage._documents.TryGetValue((name, key), out var json) ? JsonSerializer.Deserialize<T>(json, StoreJson.Options) : null);

        public ValueTask SaveAsync(string key, T document, CancellationToken cancel = default) =>
            storage.CommitAsync(new StoreBatch().Save(name, key, document), cancel);

        public async ValueTask<bool> DeleteAsync(string key, CancellationToken cancel = default)
        {
            var was = storage._documents.ContainsKey((name, key));
            await storage.CommitAsync(new StoreBatch().Delete(name, key), cancel);
            return was;
        }

        public async IAsyncEnumerable<KeyValuePair<string, T>> ListAsync(string prefix = "", [EnumeratorCancellation] CancellationToken cancel = default)
        {
            await Task.CompletedTask;
            foreach (var key in storage._documents.Keys.Where(k => k.Store == name && k.Key.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(k => k.Key, StringComparer.Ordinal))
                yield return new(key.Key, (await FindAsync(key.Key, cancel))!);
        }
    }
}
