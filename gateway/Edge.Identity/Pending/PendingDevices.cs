using Edge.Storage;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Edge.Identity.Pending;

/// <summary>Keeps them: those that wait in memory, since they come again; those that were denied in the store.</summary>
internal sealed class PendingDevices(IStorage storage, IOptions<PendingOptions> options, TimeProvider clock) : IPendingDevices, IHostedLifecycleService
{
    private const int MaxWords = 200;

    private readonly IStore<DeniedDevice> _store = storage.Open<DeniedDevice>("denied-devices");
    private readonly Lock _lock = new();
    private readonly Dictionary<string, PendingDevice> _waiting = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DeniedDevice> _denied = new(StringComparer.Ordinal);

    public IReadOnlyList<PendingDevice> Waiting
    {
        get
        {
            lock (_lock)
            {
                ForgetOld();
                return [.. _waiting.Values.OrderByDescending(d => d.LastSeen)];
            }
        }
    }

    public IReadOnlyList<DeniedDevice> Denied
    {
        get
        {
            lock (_lock) return [.. _denied.Values.OrderBy(d => d.ClientId, StringComparer.Ordinal)];
        }
    }

    public void Saw(string clientId, string address, PendingKind kind, string tried)
    {
        if (options.Value.MaxWaiting == 0 || clientId.Length == 0) return;

        var (key, now, words) = (Key(clientId, address), clock.GetUtcNow(), tried.Length > MaxWords ? tried[..MaxWords] : tried);
        lock (_lock)
        {
            if (_denied.ContainsKey(key)) return;
            if (_waiting.TryGetValue(key, out var known))
            {
                _waiting[key] = known with { Kind = kind, Tried = words, Count = known.Count + 1, LastSeen = now };
                return;
            }

            ForgetOld();
            if (_waiting.Count >= options.Value.MaxWaiting) _waiting.Remove(_waiting.MinBy(d => d.Value.LastSeen).Key);
            _waiting[key] = new(clientId, address, kind, words, 1, now, now);
        }
    }

    public bool IsDenied(string clientId, string address)
    {
        lock (_lock) return _denied.ContainsKey(Key(clientId, address));
    }

    public bool Remove(string clientId, string address)
    {
        lock (_lock) return _waiting.Remove(Key(clientId, address));
    }

    public async Task<bool> DenyAsync(string clientId, string address, CancellationToken cancel = default)
    {
        var (key, denied) = (Key(clientId, address), new DeniedDevice(clientId, address, clock.GetUtcNow()));
        lock (_lock)
        {
            if (!_denied.ContainsKey(key) && _denied.Count >= options.Value.MaxDenied) return false;
            _denied[key] = denied;
            _waiting.Remove(key);
        }

        await _store.SaveAsync(key, denied, cancel).ConfigureAwait(false);
        return true;
    }

    public async Task<bool> ForgiveAsync(string clientId, string address, CancellationToken cancel = default)
    {
        var key = Key(clientId, address);
        lock (_lock)
        {
            if (!_denied.Remove(key)) return false;
        }

        await _store.DeleteAsync(key, cancel).ConfigureAwait(false);
        return true;
    }

    /// <summary>Reads the denials before any client is let in.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await foreach (var (key, device) in _store.ListAsync(cancel: cancellationToken).ConfigureAwait(false))
        {
            lock (_lock) _denied[key] = device;
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // An address holds no space, so that two devices never share a key.
    private static string Key(string clientId, string address) => $"{address} {clientId}";

    private void ForgetOld()
    {
        var oldest = clock.GetUtcNow() - TimeSpan.FromHours(options.Value.KeepHours);
        foreach (var (key, device) in _waiting)
            if (device.LastSeen < oldest) _waiting.Remove(key);
    }
}
