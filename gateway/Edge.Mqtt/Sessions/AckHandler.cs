using Edge.Mqtt.Wire;
using Edge.Transport;

namespace Edge.Mqtt.Sessions;

/// <summary>PUBACK, PUBREC, PUBREL and PUBCOMP from clients (MQTT 5.0 §3.4 to §3.7, §4.3).</summary>
internal sealed class AckHandler(SessionStore store)
{
    /// <summary>A client has a QoS 1 message, or does not want it: in either case it is not sent again.</summary>
    public static void Acknowledged(LiveSession live, in AckPacket packet) => live.State.Acknowledge(packet.PacketId, MqttQoS.AtLeastOnce);

    /// <summary>A client has taken a QoS 2 message: known for good before PUBREL, after which the client would take it again.</summary>
    public void Received(LiveSession live, in AckPacket packet)
    {
        var id = packet.PacketId;
        if (packet.Reason >= MqttReason.UnspecifiedError)
        {
            live.State.Acknowledge(id, MqttQoS.ExactlyOnce); // it ends there (§4.3.3)
            return;
        }

        var message = live.State.Release(id, out var isKnown);
        if (message is null || !live.State.IsPersistent)
        {
            live.Acks.Post(PacketType.PubRel, id, isKnown || live.Version < ProtocolVersion.V5 ? MqttReason.Success : MqttReason.PacketIdentifierNotFound);
            return;
        }

        var pending = store.Begin();
        pending.Group.AddReleased(live.State.Number, message.Sequence);
        Post(live, pending, live.Acks.Reserve(PacketType.PubRel, id), () => live.State.NotReleased(message));
    }

    /// <summary>A client that published with QoS 2 releases its identifier: forgotten for good before PUBCOMP, since a new message may use it then.</summary>
    public void Released(LiveSession live, in AckPacket packet)
    {
        var wasKnown = live.State.RemoveIncomplete(packet.PacketId);
        if (!wasKnown || !live.State.IsPersistent)
        {
            live.Acks.Post(PacketType.PubComp, packet.PacketId, wasKnown || live.Version < ProtocolVersion.V5 ? MqttReason.Success : MqttReason.PacketIdentifierNotFound);
            return;
        }

        var pending = store.Begin();
        pending.Group.AddIncomingDone(live.State.Number, packet.PacketId);
        var id = packet.PacketId;
        Post(live, pending, live.Acks.Reserve(PacketType.PubComp, id), () => live.State.AddIncomplete(id));
    }

    // What could not be stored has not happened: the client says it again in its next connection, and finds everything as it was.
    private static void Post(LiveSession live, PendingStore pending, AckSlot slot, Action takeBack) => pending.Post(error =>
    {
        if (error is null)
        {
            slot.Complete(MqttReason.Success);
            return;
        }

        takeBack();
        live.End(EndReason.InternalError, "What it acknowledged could not be stored: free space on the disk.", MqttReason.ImplementationSpecificError);
    });
}
