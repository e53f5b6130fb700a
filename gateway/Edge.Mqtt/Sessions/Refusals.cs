using System.Net;

using Edge.Mqtt.Features;
using Edge.Transport;

using Microsoft.Extensions.Logging;

namespace Edge.Mqtt.Sessions;

/// <summary>What clients are refused that are in: counted, and told operators, each with the client, its address and the remedy; a client that tries again
/// and again does not fill the log. Those that are not let in, or are ended, are told of by the <see cref="ConnectionGate"/>.</summary>
internal sealed partial class Refusals(MqttMetrics metrics, TimeProvider clock, ILogger<Refusals> logger)
{
    private readonly LogThrottle _throttle = new(clock);

    /// <summary>A message was not taken. Where that ends the connection, its end says why.</summary>
    public void Publish(LiveSession live, string topic, string refusal, bool endsIt)
    {
        metrics.Refused("publish");
        if (!endsIt && live.IsFirstRefusal(topic) && MayLog(live)) LogPublish(live.ClientId, live.RemoteEndPoint, ClientWords.Shorten(topic), refusal);
    }

    /// <summary>A subscription was not granted.</summary>
    public void Subscribe(LiveSession live, string filter, string refusal)
    {
        metrics.Refused("subscribe");
        if (MayLog(live)) LogSubscribe(live.ClientId, live.RemoteEndPoint, ClientWords.Shorten(filter), refusal);
    }

    /// <summary>A message is passed on, but not kept for later subscribers.</summary>
    public void Retain(IMqttSession? session, string topic, string limit)
    {
        metrics.Refused("retain");
        if (MayLog(session)) LogRetain(session?.ClientId ?? "(the gateway)", session?.RemoteEndPoint, ClientWords.Shorten(topic), limit);
    }

    /// <summary>A session's queue is full: from now on, messages for it are lost.</summary>
    public void Queue(SessionKey key, EndPoint? address, string limits)
    {
        if (MayLog($"{key.ClientId} {key.Subject}")) LogQueue(key.ClientId, address, limits);
    }

    private bool MayLog(IMqttSession? session) => MayLog(session is null ? "" : $"{session.ClientId} {session.Identity.Subject}");

    private bool MayLog(string client)
    {
        var mayLog = _throttle.TryTake(client, out var leftOut);
        if (leftOut > 0) LogLeftOut(leftOut);
        return mayLog;
    }

    [LoggerMessage(EventId = 2030, Level = LogLevel.Warning, Message = "{ClientId} from {Address} may not publish to {Topic}. {Refusal}")]
    private partial void LogPublish(string clientId, EndPoint? address, string topic, string refusal);

    [LoggerMessage(EventId = 2031, Level = LogLevel.Warning, Message = "{ClientId} from {Address} may not subscribe to {Filter}: {Refusal}")]
    private partial void LogSubscribe(string clientId, EndPoint? address, string filter, string refusal);

    [LoggerMessage(EventId = 2032, Level = LogLevel.Warning, Message = "{Count} more refusals were left out in the minute before")]
    private partial void LogLeftOut(long count);

    [LoggerMessage(EventId = 2034, Level = LogLevel.Warning,
        Message = "The queue of {ClientId} from {Address} is full ({Limits}): newer messages for it are dropped. Let it connect and acknowledge, subscribe to less, or raise them")]
    private partial void LogQueue(string clientId, EndPoint? address, string limits);

    [LoggerMessage(EventId = 2033, Level = LogLevel.Warning,
        Message = "A message of {ClientId} from {Address} for {Topic} is passed on but not retained: {Limit} is reached. Raise it, or clear topics that nobody needs")]
    private partial void LogRetain(string clientId, EndPoint? address, string topic, string limit);
}
