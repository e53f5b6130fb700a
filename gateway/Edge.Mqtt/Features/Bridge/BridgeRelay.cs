using System.IO.Pipelines;

using Edge.Mqtt.Client;
using Edge.Mqtt.Wire;

namespace Edge.Mqtt.Features.Bridge;

/// <summary>The two connections of a bridge, from the moment that both are made to the end of either.</summary>
internal sealed class BridgeRelay : IAsyncDisposable
{
    // The brokers number their messages from 1; requests of the bridge's own keep away from that.
    private const ushort FirstOwnId = 65_000;

    private readonly TopicMap _topics;
    private readonly RelayEnd _localEnd;
    private readonly RelayEnd _remoteEnd;
    private readonly TaskCompletionSource _bothThere = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MqttClientConnection? _local;
    private MqttClientConnection? _remote;

    public BridgeRelay(TopicMap topics, RelayRules rules, BridgeCounters counters)
    {
        _topics = topics;
        _localEnd = new(rules.Out, counters);
        _remoteEnd = new(rules.In, counters);
        (_localEnd.Other, _remoteEnd.Other) = (_remoteEnd, _localEnd);
    }

    /// <summary>Completes when one of the two has ended: with the reason.</summary>
    public async Task<Exception> EndAsync() =>
        await (await Task.WhenAny(_local!.Closed, _remote!.Closed).ConfigureAwait(false)).ConfigureAwait(false) ?? new IOException("The connection is closed.");

    /// <summary>Connects to the other broker first: only then is there somebody to give this one's messages to.</summary>
    /// <returns>The remote filters that the other broker refuses.</returns>
    public async Task<IReadOnlyList<string>> ConnectAsync(
        IDuplexPipe remote, MqttClientOptions remoteOptions, Func<IDuplexPipe> openLocal, MqttClientOptions localOptions, CancellationToken cancel)
    {
        _remote = _remoteEnd.Connection = Connection(remote, remoteOptions, _remoteEnd);
        await _remote.ConnectAsync(cancel).ConfigureAwait(false);

        // Never more than the other broker takes at once.
        localOptions = localOptions with { ReceiveMaximum = Math.Min(localOptions.ReceiveMaximum, _remote.Server.ReceiveMaximum) };
        _local = _localEnd.Connection = Connection(openLocal(), localOptions, _localEnd);
        await _local.ConnectAsync(cancel).ConfigureAwait(false);
        _bothThere.SetResult();

        var refused = await SubscribeRemoteAsync(_remote, cancel).ConfigureAwait(false);
        await SubscribeLocalAsync(_local, _topics, isNew: !_remote.Server.SessionPresent, cancel).ConfigureAwait(false);
        return refused;
    }

    /// <summary>Subscribes the local session; what was retained goes out where the other broker has lost, or never had, it.</summary>
    public static async Task SubscribeLocalAsync(MqttClientConnection local, TopicMap topics, bool isNew, CancellationToken cancel)
    {
        foreach (var packet in topics.Local.Chunk(32))
        {
            await local.SubscribeAsync(
                [.. packet.Select(t => new MqttSubscription(t.Filter, t.QoS)
                {
                    NoLocal = true,
                    RetainAsPublished = true,
                    RetainHandling = isNew ? MqttRetainHandling.Always : MqttRetainHandling.WhereNew,
                })],
                cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Takes back what the configuration had once, and has no more.</summary>
    public async Task UnsubscribeStaleAsync(IReadOnlyList<string> known, CancellationToken cancel)
    {
        var wanted = _topics.Remote.Select(t => t.Filter).ToHashSet(StringComparer.Ordinal);
        foreach (var stale in known.Where(f => !wanted.Contains(f))) await _remote!.UnsubscribeAsync([stale], cancel).ConfigureAwait(false);
    }

    /// <summary>Says goodbye on both sides; sessions stay.</summary>
    public async Task DisconnectAsync()
    {
        if (_local is not null) await _local.DisconnectAsync(new()).ConfigureAwait(false);
        if (_remote is not null) await _remote.DisconnectAsync(new()).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_local is not null) await _local.DisposeAsync().ConfigureAwait(false);
        if (_remote is not null) await _remote.DisposeAsync().ConfigureAwait(false);
    }

    private MqttClientConnection Connection(IDuplexPipe transport, MqttClientOptions options, RelayEnd end) =>
        new(transport, options, new(FirstOwnId), end) { HandOverFrom = _bothThere.Task };

    private async Task<IReadOnlyList<string>> SubscribeRemoteAsync(MqttClientConnection remote, CancellationToken cancel)
    {
        var refused = new List<string>();
        foreach (var packet in _topics.Remote.Chunk(32))
        {
            var result = await remote.SubscribeAsync(
                [.. packet.Select(t => new MqttSubscription(t.Filter, t.QoS)
                {
                    NoLocal = true,
                    RetainAsPublished = true,
                    RetainHandling = remote.Server.SessionPresent ? MqttRetainHandling.WhereNew : MqttRetainHandling.Always,
                })],
                cancel).ConfigureAwait(false);
            refused.AddRange(packet.Zip(result.Reasons).Where(r => r.Second >= MqttReason.UnspecifiedError).Select(r => r.First.Filter));
        }

        return refused;
    }
}
