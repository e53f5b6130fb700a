using Edge.Identity.Accounts;
using Edge.Storage;
using Edge.Things;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.Provisioning;

/// <summary>An XMPP device that asks this service. <paramref name="Namespace"/> is the one it asked in last.</summary>
internal sealed record Device(Jid Jid, string Namespace)
{
    /// <summary>It has asked whom to befriend, and so may be told of friends (XEP-0324 §3.2.3).</summary>
    public bool AsksForFriends { get; init; }

    /// <summary>Answers that it may have cached are out of date, and it has not acknowledged that yet (XEP-0324 §3.5.1).</summary>
    public bool MustClearCache { get; init; }

    /// <summary>Counts the reasons to clear, so that an acknowledgement is not taken for one of a later reason.</summary>
    public long Changes { get; init; }
}

/// <summary>Remembers devices over restarts: an acknowledgement that is due stays due.</summary>
internal sealed class DeviceBook(IStorage storage, IOptions<ProvisioningOptions> options, IOptions<ThingsOptions> things) : IAccountData, IDisposable
{
    private readonly IStore<Device> _store = storage.Open<Device>("xmpp-devices");
    private readonly Dictionary<Jid, Device> _devices = [];
    private readonly SemaphoreSlim _writing = new(1, 1);

    /// <inheritdoc/>
    public string Name => "place in the book of devices";

    /// <summary>The devices that have to clear their caches.</summary>
    public IReadOnlyList<Jid> Pending
    {
        get
        {
            lock (_devices) return [.. _devices.Values.Where(d => d.MustClearCache).Select(d => d.Jid)];
        }
    }

    /// <summary>Reads what was stored.</summary>
    public async Task LoadAsync(CancellationToken cancel)
    {
        await foreach (var (_, device) in _store.ListAsync(cancel: cancel))
        {
            lock (_devices) _devices[device.Jid] = device;
        }
    }

    /// <summary>What is known of a device, or null.</summary>
    public Device? Find(Jid jid)
    {
        lock (_devices) return _devices.GetValueOrDefault(jid.Bare);
    }

    /// <summary>Notes that a device asks. Durable before the answer, which the device may cache.</summary>
    public ValueTask AskedAsync(Jid jid, string ns, bool aboutFriends, CancellationToken cancel)
    {
        var known = Find(jid);
        return known is not null && known.Namespace == ns && (known.AsksForFriends || !aboutFriends)
            ? ValueTask.CompletedTask
            : ChangeAsync(jid, d => d with { Namespace = ns, AsksForFriends = d.AsksForFriends || aboutFriends }, cancel);
    }

    /// <summary>Notes that a device has to clear its cache.</summary>
    public ValueTask MarkAsync(Jid jid, CancellationToken cancel) =>
        ChangeAsync(jid, d => d with { MustClearCache = true, Changes = d.Changes + 1 }, cancel);

    /// <summary>Notes that a device cleared its cache because of the reasons up to <paramref name="changes"/>.</summary>
    public ValueTask ClearedAsync(Jid jid, long changes, CancellationToken cancel) =>
        ChangeAsync(jid, d => d.Changes == changes ? d with { MustClearCache = false } : d, cancel);

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(string account, CancellationToken cancel)
    {
        var jid = Jid.Parse($"{account}@{things.Value.Domain}");
        await _writing.WaitAsync(cancel);
        try
        {
            await _store.DeleteAsync(jid.ToString(), cancel);
            lock (_devices) _devices.Remove(jid);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _writing.Dispose();

    private async ValueTask ChangeAsync(Jid jid, Func<Device, Device> change, CancellationToken cancel)
    {
        await _writing.WaitAsync(cancel);
        try
        {
            var known = Find(jid);
            var device = change(known ?? new(jid.Bare, ""));
            if (device == known) return;

            await MakeRoomAsync(known, cancel);
            await _store.SaveAsync(device.Jid.ToString(), device, cancel);
            lock (_devices) _devices[device.Jid] = device;
        }
        finally
        {
            _writing.Release();
        }
    }

    // What makes room is a device that has nothing to do; forgetting it costs at most a recommendation of friends.
    private async ValueTask MakeRoomAsync(Device? known, CancellationToken cancel)
    {
        Device? idle;
        lock (_devices)
        {
            if (known is not null || _devices.Count < options.Value.MaxDevices) return;

            idle = _devices.Values.FirstOrDefault(d => !d.MustClearCache) ?? _devices.Values.First();
        }

        await _store.DeleteAsync(idle.Jid.ToString(), cancel);
        lock (_devices) _devices.Remove(idle.Jid);
    }
}
