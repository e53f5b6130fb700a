using System.Collections.Concurrent;
using Edge.Portal.Live;
using Edge.Things.Nodes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Portal.Pages.Nodes;

/// <summary>How asking a node to trust this gateway went; <paramref name="Outcome"/> is null while its light flashes.</summary>
public sealed record Asking(DateTimeOffset At, BefriendOutcome? Outcome);

/// <summary>Asks nodes to trust this gateway while the operator's page has long been sent, and remembers how it went.</summary>
internal sealed partial class Befriending(
    INodeLink link, LiveHub hub, IOptions<PortalOptions> options, IHostApplicationLifetime host, ILogger<Befriending> logger)
{
    private readonly ConcurrentDictionary<string, Asking> _asked = new(StringComparer.Ordinal);

    /// <summary>How asking this node went, or null where it was not asked since the gateway started.</summary>
    public Asking? Of(string nodeId) => _asked.GetValueOrDefault(nodeId);

    /// <summary>Starts to ask. False where the node is not nearby, or its light flashes already.</summary>
    public bool TryStart(string nodeId, DateTimeOffset now)
    {
        // Only nodes that said hello get an entry, so this cannot grow beyond them; those that left are forgotten here.
        var nearby = link.Nodes.Select(n => n.NodeId).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _asked.Keys.Where(id => !nearby.Contains(id))) _asked.TryRemove(gone, out _);
        if (!nearby.Contains(nodeId)) return false;

        var asking = new Asking(now, null);
        var kept = _asked.AddOrUpdate(nodeId, asking, (_, old) => old.Outcome is null ? old : asking);
        if (!ReferenceEquals(kept, asking)) return false; // equal ones may be another's

        _ = AskAsync(nodeId, asking);
        return true;
    }

    private async Task AskAsync(string nodeId, Asking asking)
    {
        var outcome = BefriendOutcome.Unreachable;
        try
        {
            outcome = await link.BefriendAsync(nodeId, TimeSpan.FromSeconds(options.Value.BefriendWindowSeconds), host.ApplicationStopping);
        }
        catch (OperationCanceledException) when (host.ApplicationStopping.IsCancellationRequested)
        {
            // The gateway stops: nobody looks at the page any more.
        }
#pragma warning disable CA1031 // Nobody awaits this task: whatever goes wrong is logged here, or nowhere.
        catch (Exception problem)
#pragma warning restore CA1031
        {
            LogFailed(problem, nodeId);
        }

        _asked.TryUpdate(nodeId, asking with { Outcome = outcome }, asking);
        hub.NodesChanged();
    }

    [LoggerMessage(EventId = 6010, Level = LogLevel.Error, Message = "Asking node {NodeId} to trust this gateway failed")]
    private partial void LogFailed(Exception problem, string nodeId);
}
