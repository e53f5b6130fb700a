using Edge.Mqtt.Wire;

namespace Edge.Mqtt.Client;

/// <summary>What a connection hands on of what arrives: messages and the acknowledgements of messages. Called on the reading task, one after the other;
/// an exception ends the connection.</summary>
internal interface IPacketReceiver
{
    /// <summary>A message; the packet points into the connection's buffer.</summary>
    void OnPublish(in PublishPacket packet, string topic);

    /// <summary>PUBACK, PUBREC, PUBREL or PUBCOMP.</summary>
    void OnAck(in AckPacket ack);
}
