using Edge.Storage;

namespace Edge.Mqtt.Features.Bridge;

/// <summary>What is remembered of a bridge: what it subscribed to at the other broker, so that it can take back what the configuration no longer has.</summary>
internal sealed record BridgeRecord(IReadOnlyList<string> RemoteFilters);

/// <summary>Who this broker is, on the way of messages through bridges.</summary>
internal sealed record BrokerRecord(string Id);

/// <summary>What bridges keep over a restart, beside their sessions.</summary>
internal sealed class BridgeRecords(IStorage storage)
{
    private readonly IStore<BridgeRecord> _bridges = storage.Open<BridgeRecord>("mqtt-bridges");
    private readonly IStore<BrokerRecord> _broker = storage.Open<BrokerRecord>("mqtt-broker");

    /// <summary>This broker's name among brokers; random, made once.</summary>
    public async Task<string> BrokerIdAsync(CancellationToken cancel)
    {
        if (await _broker.FindAsync("id", cancel).ConfigureAwait(false) is { } known) return known.Id;

        var id = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8));
        await _broker.SaveAsync("id", new(id), cancel).ConfigureAwait(false);
        return id;
    }

    public async Task<IReadOnlyList<string>> RemoteFiltersAsync(string bridge, CancellationToken cancel) =>
        (await _bridges.FindAsync(bridge, cancel).ConfigureAwait(false))?.RemoteFilters ?? [];

    public ValueTask SaveAsync(string bridge, IReadOnlyList<string> remoteFilters, CancellationToken cancel) => _bridges.SaveAsync(bridge, new(remoteFilters), cancel);

    public async Task<IReadOnlyList<string>> NamesAsync(CancellationToken cancel)
    {
        var names = new List<string>();
        await foreach (var (name, _) in _bridges.ListAsync(cancel: cancel).ConfigureAwait(false)) names.Add(name);
        return names;
    }

    public ValueTask<bool> ForgetAsync(string bridge, CancellationToken cancel) => _bridges.DeleteAsync(bridge, cancel);
}
