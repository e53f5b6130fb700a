using Microsoft.Extensions.Logging;

namespace Edge.Mqtt.Features.Bridge;

/// <summary>Tells the log how a bridge fares: once when something begins, once when it is over, and not for every attempt and message between.</summary>
internal sealed partial class BridgeSpells(string name, BridgePeer peer, BridgeBacklog backlog, BridgeCounters counters, ILogger logger)
{
    private readonly string _address = peer.Endpoint.ToString();
    private string? _reason;
    private long _dropped;
    private bool _isDropping;

    /// <summary>The other broker is there.</summary>
    public void There(IReadOnlyList<string> refused)
    {
        _reason = null;
        LogConnected(name, _address, backlog.Messages);
        foreach (var filter in refused) LogRefused(name, filter);
    }

    /// <summary>It is not, or not any more.</summary>
    public void Away(Exception reason, TimeSpan wait)
    {
        var text = reason.Message;
        if (text == _reason) LogStillTrying(name, text, wait.TotalSeconds);
        else LogAway(name, _address, text, peer.Remedy(reason), backlog.HoldsHours);
        _reason = text;
    }

    /// <summary>It has been away for another hour.</summary>
    public void StillAway() => LogBacklog(name, backlog.Messages, backlog.Bytes, backlog.HoldsHours);

    /// <summary>Tells the first loss of a spell, and its end.</summary>
    public void LookForDrops(long dropped)
    {
        if (dropped > _dropped && !_isDropping) LogDropping(name, dropped - _dropped, counters.Dropped, backlog.Dropped);
        else if (dropped == _dropped && _isDropping) LogDroppedNoMore(name, dropped);
        _isDropping = dropped > _dropped;
        _dropped = dropped;
    }

    [LoggerMessage(EventId = 2700, Level = LogLevel.Information, Message = "Bridge {Bridge} is connected to {Address}; {Messages} messages wait for it")]
    private partial void LogConnected(string bridge, string address, int messages);

    [LoggerMessage(EventId = 2701, Level = LogLevel.Warning,
        Message = "Bridge {Bridge} has no connection to {Address}: {Reason}; {Remedy}. What is published waits; at the present rate there is room for {Hours:F1} hours")]
    private partial void LogAway(string bridge, string address, string reason, string remedy, double hours);

    [LoggerMessage(EventId = 2702, Level = LogLevel.Debug, Message = "Bridge {Bridge}: {Reason}; the next attempt is in {Seconds:F0} s")]
    private partial void LogStillTrying(string bridge, string reason, double seconds);

    [LoggerMessage(EventId = 2703, Level = LogLevel.Warning,
        Message = "Bridge {Bridge} is still without connection: {Messages} messages ({Bytes} bytes) wait; at the present rate there is room for {Hours:F1} hours in all")]
    private partial void LogBacklog(string bridge, int messages, long bytes, double hours);

    [LoggerMessage(EventId = 2704, Level = LogLevel.Warning,
        Message = "Bridge {Bridge} drops messages: {Count} in the last minute (in all {Refused} that the other broker did not take, {NoRoom} beyond its maxMessages, maxMegabytes or keepHours)")]
    private partial void LogDropping(string bridge, long count, long refused, long noRoom);

    [LoggerMessage(EventId = 2705, Level = LogLevel.Information, Message = "Bridge {Bridge} drops no more messages; {Count} since the start")]
    private partial void LogDroppedNoMore(string bridge, long count);

    [LoggerMessage(EventId = 2706, Level = LogLevel.Warning,
        Message = "Bridge {Bridge}: the other broker refuses the subscription to {Filter}: check what the bridge's user may read there")]
    private partial void LogRefused(string bridge, string filter);
}
