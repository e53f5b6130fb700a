using System.Collections.Concurrent;

using Edge.Identity.Devices;
using Edge.Things;
using Edge.Things.Nodes;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>Every node that is known or connected: its record, its sessions, and how others see it.</summary>
internal sealed partial class NodeDirectory(
    NodeRecords records, IDeviceSecrets secrets, IDomainEvents events, IOptions<NodeProtocolOptions> options, ILogger<NodeDirectory> logger)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, NodeEntry> _entries = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<IMqttSession, NodeConnection> _connections = new();

    /// <summary>The nodes that have said hello, by id.</summary>
    public IReadOnlyList<LinkedNode> Nodes
    {
        get
        {
            lock (_lock)
            {
                var visible = _entries.Values.Where(e => e.IsVisible).OrderBy(e => e.NodeId, StringComparer.Ordinal);
                return [.. visible.Select(e => e.ToLinkedNode())];
            }
        }
    }

    /// <summary>Reads the records of earlier runs.</summary>
    public async Task LoadAsync(CancellationToken cancel)
    {
        await records.LoadAsync(cancel);
        foreach (var record in records.All)
        {
            var factory = await secrets.FindAsync(record.NodeId, cancel);
            lock (_lock)
            {
                var entry = EntryOf(record.NodeId);
                (entry.Record, entry.Factory) = (record, factory);
            }
        }
    }

    /// <summary>The connection of a session, or null where it is no node's.</summary>
    public NodeConnection? Of(IMqttSession session) => _connections.GetValueOrDefault(session);

    /// <summary>The node as others see it; null where it has never said hello.</summary>
    public LinkedNode? Find(string nodeId)
    {
        lock (_lock) return _entries.TryGetValue(nodeId, out var entry) && entry.IsVisible ? entry.ToLinkedNode() : null;
    }

    /// <summary>Its record, or null where its button was never pressed.</summary>
    public NodeRecord? Record(string nodeId) => records.Find(nodeId);

    /// <summary>The records of all nodes whose button was pressed.</summary>
    public IEnumerable<NodeRecord> Records => records.All;

    /// <summary>Its session with a token, or null.</summary>
    public NodeConnection? Proven(string nodeId)
    {
        lock (_lock) return _entries.GetValueOrDefault(nodeId)?.Proven;
    }

    /// <summary>The session without a token under its name, once it has said hello, or null.</summary>
    public NodeConnection? Bootstrap(string nodeId)
    {
        lock (_lock) return _entries.GetValueOrDefault(nodeId)?.Bootstrap is { Hello: not null } bootstrap ? bootstrap : null;
    }

    /// <summary>A session of a node began.</summary>
    public void Attach(IMqttSession session, NodeConnection connection)
    {
        _connections[session] = connection;
        lock (_lock)
        {
            var entry = EntryOf(connection.NodeId);
            if (connection.IsProven) entry.Proven = connection;
            else entry.Bootstrap = connection;
        }
    }

    /// <summary>A session of a node ended.</summary>
    /// <returns>The connection where it was the node's current one, not one that another has replaced; else null.</returns>
    public NodeConnection? Detach(IMqttSession session, DateTimeOffset now)
    {
        if (!_connections.TryRemove(session, out var connection)) return null;

        connection.Close();
        lock (_lock)
        {
            var entry = EntryOf(connection.NodeId);
            var wasCurrent = connection == (connection.IsProven ? entry.Proven : entry.Bootstrap);
            if (wasCurrent && connection.IsProven) entry.Proven = null;
            else if (wasCurrent) entry.Bootstrap = null;
            entry.SeenAt = now;
            if (entry is { IsVisible: false, Proven: null, Bootstrap: null }) _entries.Remove(entry.NodeId);
            return wasCurrent ? connection : null;
        }
    }

    /// <summary>Is it a node that the gateway was told of before it met it?</summary>
    public async ValueTask<bool> IsInManifestAsync(string nodeId, CancellationToken cancel) => await secrets.FindAsync(nodeId, cancel) is not null;

    /// <summary>A session without a token said hello: remembered for people to see, within bounds.</summary>
    public async ValueTask SawAsync(NodeConnection connection, NodeDescription description, DateTimeOffset now, CancellationToken cancel)
    {
        var factory = await secrets.FindAsync(connection.NodeId, cancel);
        lock (_lock)
        {
            var entry = EntryOf(connection.NodeId);
            (entry.Factory, entry.Claimed, entry.SeenAt) = (factory, description, now);
            ForgetOldest();
        }

        if (factory is null) LogNotInManifest(connection.NodeId);
    }

    /// <summary>Changes the record of a node, or makes it with <paramref name="make"/>; durable when done.</summary>
    public async ValueTask<NodeRecord?> UpdateAsync(
        string nodeId, Func<NodeRecord, NodeRecord> change, Func<NodeRecord?>? make = null, CancellationToken cancel = default)
    {
        var record = await records.UpdateAsync(nodeId, change, make is null ? null : () => HasRoom(nodeId) ? make() : null, cancel);
        lock (_lock) EntryOf(nodeId).Record = records.Find(nodeId);
        return record;
    }

    /// <summary>The gateway asks a node by itself only so often; true where it may now.</summary>
    public bool MayAskByItself(string nodeId, DateTimeOffset now)
    {
        var pause = TimeSpan.FromMinutes(options.Value.AskEveryMinutes);
        lock (_lock)
        {
            var entry = EntryOf(nodeId);
            if (pause == TimeSpan.Zero || entry.Factory is null || now - entry.AskedAt < pause) return false;

            entry.AskedAt = now;
            return true;
        }
    }

    /// <summary>The question to befriend is open, or is not any more.</summary>
    public void SetAsked(string nodeId, bool isAsked)
    {
        lock (_lock) EntryOf(nodeId).IsAsked = isAsked;
    }

    /// <summary>Tells everybody that something about a node has changed.</summary>
    public async ValueTask TellAsync(string nodeId, string what, CancellationToken cancel = default)
    {
        LinkedNode node;
        lock (_lock) node = EntryOf(nodeId).ToLinkedNode();
        LogChanged(nodeId, what);
        await events.PublishAsync(new LinkedNodeChanged(node, what), cancel);
    }

    private NodeEntry EntryOf(string nodeId)
    {
        if (_entries.TryGetValue(nodeId, out var entry)) return entry;

        return _entries[nodeId] = new(nodeId);
    }

    private void ForgetOldest()
    {
        var untrusted = _entries.Values.Where(e => e.Record is null && e.Claimed is not null).ToList();
        var tooMany = untrusted.Count - options.Value.MaxUntrustedNodes;
        foreach (var entry in untrusted.Where(e => e.Bootstrap is null).OrderBy(e => e.SeenAt).Take(tooMany)) _entries.Remove(entry.NodeId);
    }

    private bool HasRoom(string nodeId)
    {
        if (records.Count < options.Value.MaxNodes) return true;

        LogFull(nodeId, options.Value.MaxNodes);
        return false;
    }

    [LoggerMessage(EventId = 2500, Level = LogLevel.Information, Message = "Node {NodeId}: {What}")]
    private partial void LogChanged(string nodeId, string what);

    [LoggerMessage(EventId = 2501, Level = LogLevel.Warning,
        Message = "Node {NodeId} said hello but is not in the factory manifest: it cannot be trusted until it is added there")]
    private partial void LogNotInManifest(string nodeId);

    [LoggerMessage(EventId = 2502, Level = LogLevel.Warning,
        Message = "Node {NodeId} was refused: mqtt:nodeProtocol:maxNodes is {Limit}; raise it to trust more")]
    private partial void LogFull(string nodeId, int limit);
}
