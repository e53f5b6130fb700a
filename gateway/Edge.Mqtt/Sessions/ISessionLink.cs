using Edge.Mqtt.Wire;
using Edge.Transport;

namespace Edge.Mqtt.Sessions;

/// <summary>The connection of a session, as the session sees it. Called under the session's lock: nothing here may wait.</summary>
internal interface ISessionLink
{
    /// <summary>True where QoS 0 should be dropped, so that what was promised gets through.</summary>
    bool IsLagging { get; }

    /// <summary>May this client have that message now?</summary>
    bool MayDeliver(MqttMessage message);

    /// <summary>Queues a packet for writing; false where the outbox is full.</summary>
    bool TryPost(in OutgoingPacket packet);

    /// <summary>Ends the connection.</summary>
    void End(EndReason reason, string detail);
}
