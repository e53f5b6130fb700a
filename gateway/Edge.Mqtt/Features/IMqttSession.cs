using System.Net;

using Edge.Mqtt.Wire;
using Edge.Transport;

namespace Edge.Mqtt.Features;

/// <summary>A connected client, as features see it.</summary>
public interface IMqttSession
{
    /// <summary>The client identifier. Two identities may use the same one without meeting each other: a session belongs to its
    /// identity, so that nobody takes over, or blocks, what is another's.</summary>
    string ClientId { get; }

    /// <summary>Who the client is and what it may do.</summary>
    MqttIdentity Identity { get; }

    /// <summary>Where it connects from; null for a connection in memory.</summary>
    EndPoint? RemoteEndPoint { get; }

    /// <summary>What it speaks.</summary>
    ProtocolVersion Version { get; }

    /// <summary>What to publish when the connection ends without DISCONNECT; null for nothing (MQTT 3.1.1 §3.1.2.5).</summary>
    MqttMessage? Will { get; }

    /// <summary>Seconds that the will waits for the client to come back; 0 for none (MQTT 5.0 §3.1.3.2.2).</summary>
    uint WillDelaySeconds { get; }

    /// <summary>Seconds that the session outlives its connection; 0 where it ends with it.</summary>
    uint ExpirySeconds { get; }

    /// <summary>What went through this connection, and what waits.</summary>
    MqttSessionStatistics Statistics { get; }

    /// <summary>The seconds between packets that the client promised; 0 for no promise.</summary>
    int KeepAliveSeconds { get; }

    /// <summary>How long the connection has lasted.</summary>
    TimeSpan Age { get; }

    /// <summary>How long nothing has come from the client.</summary>
    TimeSpan Silence { get; }

    /// <summary>
    /// Sends a message to this session only, subscribed or not, as it stands (topic, quality of service, retain flag). The way to
    /// answer a client whose topics another connection may listen to as well: a bootstrap session proves nothing about who it is.
    /// </summary>
    /// <remarks>Waits while the client reads more slowly than it is written to.</remarks>
    /// <returns>False where it was dropped: connection gone, or a queue full.</returns>
    ValueTask<bool> DeliverAsync(MqttMessage message, CancellationToken cancel = default);

    /// <summary>Completes when half of its queue is free, or its client is gone. For whoever has many messages of QoS 1 and 2 for it; never on the client's own
    /// reader, through which the acknowledgements come that free the queue.</summary>
    Task RoomAsync();

    /// <summary>Ends the connection; the first reason given is the one that is logged and counted. The will is published.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="detail">One line for the log, with the remedy where there is one.</param>
    /// <param name="code">What a client of MQTT 5 is told in DISCONNECT first; null for what fits <paramref name="reason"/>.</param>
    void End(EndReason reason, string detail, MqttReason? code = null);

    /// <summary>Gives it other rights while it is connected: a new token, or other scopes of the old one. Subscriptions that are no longer covered end;
    /// what it publishes is judged by the new rights at once.</summary>
    /// <param name="identity">Of the same subject: the session, and what waits in it, is that one's.</param>
    void ChangeIdentity(MqttIdentity identity);
}

/// <summary>How a connection ended.</summary>
/// <param name="Reason">Why.</param>
/// <param name="SessionRemains">True where the session outlives the connection (clean session 0).</param>
/// <param name="WasTakenOver">True where the same client connected again; it is not offline.</param>
/// <param name="WillWanted">True where the client said DISCONNECT with a reason that is not a normal end: its will is published (MQTT 5.0 §3.14.4).</param>
public readonly record struct MqttDisconnected(EndReason Reason, bool SessionRemains, bool WasTakenOver, bool WillWanted = false)
{
    /// <summary>True where the client said DISCONNECT: its will is dropped ([MQTT-3.1.2-10]).</summary>
    public bool IsOrderly => Reason == EndReason.Closed && !WillWanted;
}

/// <summary>What went through one connection, and what waits for it now.</summary>
/// <param name="MessagesIn">Messages that the client published.</param>
/// <param name="MessagesOut">Messages sent to it, repetitions included.</param>
/// <param name="BytesIn">Bytes of all its packets.</param>
/// <param name="BytesOut">Bytes of all packets posted to it.</param>
/// <param name="Dropped">Messages that it lost.</param>
/// <param name="Queued">Messages of QoS 1 and 2 that wait or are not acknowledged.</param>
/// <param name="Subscriptions">Its subscriptions.</param>
public readonly record struct MqttSessionStatistics(
    long MessagesIn, long MessagesOut, long BytesIn, long BytesOut, long Dropped, int Queued, int Subscriptions)
{
    /// <summary>Packets of every type that came from it.</summary>
    public long PacketsIn { get; init; }

    /// <summary>Packets of every type posted to it.</summary>
    public long PacketsOut { get; init; }
}

/// <summary>The sessions of the broker.</summary>
public interface IMqttSessions
{
    /// <summary>Every session that is connected now, with this client identifier where one is given.</summary>
    IReadOnlyList<IMqttSession> Connected(string? clientId = null);
}
