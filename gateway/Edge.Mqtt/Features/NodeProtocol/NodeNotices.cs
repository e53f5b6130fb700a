using System.Collections.Concurrent;

using Edge.Protocol;
using Edge.Things;
using Edge.Things.Nodes;
using Edge.Things.Registry;

using Microsoft.Extensions.Logging;

namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>What the gateway tells a node of its own accord: that it was claimed or given up, and that its cached answers are void
/// (XEP-0324 §3.5.1). A node that is away, or does not acknowledge, is told again when it is back.</summary>
internal sealed partial class NodeNotices(
    NodeDirectory directory, IThingRegistry registry, IConcentrator concentrator, NodeLimits limits, ILogger<NodeNotices> logger)
{
    private const int Attempts = 3; // more would only repeat what the next hello repeats, too

    private readonly ConcurrentDictionary<string, int> _versions = new(StringComparer.Ordinal);

    /// <summary>Counts how often a node's answers became void: an answer that was decided before the last time must not be cached.</summary>
    public int VersionOf(string nodeId) => _versions.GetValueOrDefault(nodeId);

    /// <summary>The identity of a node as a thing.</summary>
    public ThingId ThingOf(string nodeId) => concentrator.Identify(new(nodeId, NodeProtocolFeature.SourceId));

    /// <summary>The node id of a thing, where it is a node of ours.</summary>
    public string? NodeOf(ThingId thing) =>
        thing.Node.SourceId == NodeProtocolFeature.SourceId && thing == ThingOf(thing.Node.NodeId) && directory.Record(thing.Node.NodeId) is not null
            ? thing.Node.NodeId
            : null;

    /// <summary>A node's answers are void: kept until it acknowledges. The first <c>clearCache</c> is on its way when this is done, ahead of
    /// whatever is sent to the node next.</summary>
    public async ValueTask ClearCacheAsync(string nodeId, CancellationToken cancel)
    {
        _versions.AddOrUpdate(nodeId, 1, (_, version) => version + 1);
        await directory.UpdateAsync(nodeId, r => r.CacheIsStale ? r : r with { CacheIsStale = true }, cancel: cancel);
        if (directory.Proven(nodeId) is { } connection) await SendClearCacheAsync(connection);
    }

    /// <summary>Tells a node who owns it.</summary>
    public async ValueTask TellOwnerAsync(string nodeId, CancellationToken cancel)
    {
        if (directory.Proven(nodeId) is not { } connection) return; // told after its next hello

        var thing = registry.Find(ThingOf(nodeId));
        var body = new JsonObject();
        if (thing?.Owner is not { } owner)
        {
            await connection.SendAsync(NodeMessages.Disowned, body, cancel);
            return;
        }

        body.Set(MessageKeys.Owner, owner.ToString());
        body.Set(MessageKeys.Public, thing.IsPublic);
        await connection.SendAsync(NodeMessages.Claimed, body, cancel);
    }

    /// <summary>A node is back: tells it what it has missed.</summary>
    public async ValueTask WelcomeAsync(NodeConnection connection, NodeHello hello, CancellationToken cancel)
    {
        var isOwned = registry.Find(ThingOf(connection.NodeId))?.Owner is not null;
        if (isOwned || hello.State == NodeHello.Owned) await TellOwnerAsync(connection.NodeId, cancel);
        if (directory.Record(connection.NodeId) is { CacheIsStale: true }) await SendClearCacheAsync(connection);
    }

    /// <summary>A node has acknowledged the <c>clearCache</c> that told of this version; it counts where there was no later one.</summary>
    public async ValueTask AcknowledgedAsync(string nodeId, int version, CancellationToken cancel)
    {
        var isLast = false;
        await directory.UpdateAsync(
            nodeId,
            record =>
            {
                isLast = record.CacheIsStale && VersionOf(nodeId) == version;
                return isLast ? record with { CacheIsStale = false } : record;
            },
            cancel: cancel);
        if (isLast) await directory.TellAsync(nodeId, "cacheCleared", cancel);
    }

    /// <summary>Sends <c>clearCache</c>; waits for the acknowledgement aside.</summary>
    private async ValueTask SendClearCacheAsync(NodeConnection connection)
    {
        var version = VersionOf(connection.NodeId);
        if (!connection.Requests.TryOpenOwn(out var request)) return; // told after its next hello

        request.Version = version;
        await SendAsync(connection, request);
        _ = RepeatAsync(connection, request, version);
    }

    private async Task RepeatAsync(NodeConnection connection, NodeRequest request, int version)
    {
        try
        {
            using (request)
            {
                for (var attempt = 1; attempt <= Attempts; attempt++)
                {
                    using var timeout = limits.RequestTimeout();
                    if ((await request.NextAsync(timeout.Token))?.Name == NodeMessages.ClearCacheResponse) return;
                    if (VersionOf(connection.NodeId) != version) return; // a later one is on its way
                    if (attempt < Attempts && !await SendAsync(connection, request)) return; // gone
                }
            }

            LogNotCleared(connection.NodeId, Attempts);
        }
#pragma warning disable CA1031 // Nobody awaits this task: whatever happens is told here, and the flag is still set.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogClearFailed(connection.NodeId, e);
        }
    }

    private static ValueTask<bool> SendAsync(NodeConnection connection, NodeRequest request)
    {
        var body = new JsonObject();
        body.Set(MessageKeys.Id, request.Id);
        return connection.SendAsync(NodeMessages.ClearCache, body);
    }

    [LoggerMessage(EventId = 2504, Level = LogLevel.Warning,
        Message = "Node {NodeId} did not acknowledge clearCache after {Attempts} attempts; it is told again when it says hello")]
    private partial void LogNotCleared(string nodeId, int attempts);

    [LoggerMessage(EventId = 2505, Level = LogLevel.Error, Message = "Telling node {NodeId} to clear its cache failed")]
    private partial void LogClearFailed(string nodeId, Exception error);
}
