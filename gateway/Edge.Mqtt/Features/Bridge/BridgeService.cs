using Edge.Mqtt.Client;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.Bridge;

/// <summary>Starts the bridges behind the broker and before the listeners: what the first client publishes is bridged already.</summary>
internal sealed partial class BridgeService(
    BridgeBroker broker, BridgeMetrics metrics, IOptions<BridgesOptions> options, BridgeHop hop, BridgeSurroundings surroundings) : IHostedService
{
    private IReadOnlyList<BridgeLink> _links = [];

    public IReadOnlyList<BridgeLink> Links => _links;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await ForgetRemovedAsync(cancellationToken).ConfigureAwait(false);
        if (options.Value.Count == 0) return;

        var id = await surroundings.Records.BrokerIdAsync(cancellationToken).ConfigureAwait(false);
        hop.Sign(id);
        var context = new BridgeContext(broker, surroundings.Records, id, surroundings.Time, surroundings.Logger);
        _links = [.. options.Value.Select(bridge => new BridgeLink(bridge.Key, bridge.Value, context))];
        foreach (var link in _links) await link.StartAsync(cancellationToken).ConfigureAwait(false);
        metrics.Watch(_links);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var link in _links) await link.DisposeAsync().ConfigureAwait(false);
        _links = [];
    }

    // Nobody would ever fetch what its session keeps.
    private async Task ForgetRemovedAsync(CancellationToken cancel)
    {
        foreach (var name in await surroundings.Records.NamesAsync(cancel).ConfigureAwait(false))
        {
            if (options.Value.ContainsKey(name)) continue;

            await broker.ForgetAsync(broker.Options(name, new(), surroundings.Time), cancel).ConfigureAwait(false);
            await surroundings.Records.ForgetAsync(name, cancel).ConfigureAwait(false);
            LogForgotten(surroundings.Logger, name);
        }
    }

    [LoggerMessage(EventId = 2708, Level = LogLevel.Information, Message = "Forgot the session of bridge {Bridge}, which the configuration no longer has")]
    private static partial void LogForgotten(ILogger logger, string bridge);
}

/// <summary>What bridges remember, their clock and their log.</summary>
internal sealed record BridgeSurroundings(BridgeRecords Records, TimeProvider Time, ILogger<BridgeService> Logger);
