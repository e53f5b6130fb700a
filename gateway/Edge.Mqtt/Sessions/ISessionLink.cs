using Edge.Mqtt.Wire;
using Edge.Transport;

namespace Edge.Mqtt.Sessions;

/// <summary>What came of an attempt to send a message.</summary>
internal enum SendResult
{
    /// <summary>It is on its way.</summary>
    Sent,

    /// <summary>The outbox is full.</summary>
    Full,

    /// <summary>It is longer than the client takes ([MQTT-3.1.2-25]): as if it had been sent.</summary>
    TooLarge,
}

/// <summary>The connection of a session, as the session sees it. Called under the session's lock: nothing here may wait.</summary>
internal interface ISessionLink
{
    /// <summary>True where QoS 0 should be dropped, so that what was promised gets through.</summary>
    bool IsLagging { get; }

    /// <summary>The most messages of QoS 1 and 2 that the client takes unacknowledged.</summary>
    int MaxInFlight { get; }

    /// <summary>May this client have what is published there?</summary>
    bool MayDeliver(string topic);

    /// <summary>Queues a message for writing. Version and alias of the envelope are the link's own affair.</summary>
    SendResult TrySend(in PublishContent content, in PublishEnvelope envelope);

    /// <summary>Queues PUBREL; the connection ends where there is no room.</summary>
    void PostRelease(ushort packetId);

    /// <summary>A message for it was dropped.</summary>
    void CountDropped();

    /// <summary>Ends the connection.</summary>
    void End(EndReason reason, string detail);
}
