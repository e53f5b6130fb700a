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

        var message = live.State.Release(id, out var state);
        if (state == ReleaseState.UnderWay) return; // PUBREL comes as soon as the first PUBREC is stored
        if (message is null || !live.State.IsPersistent)
        {
            live.Acks.Post(PacketType.PubRel, id, ReasonOf(live, state == ReleaseState.Known));
            return;
        }

        var pending = store.Begin();
        pending.Group.AddReleased(live.State.Number, message.Sequence);
        Post(live, pending, live.Acks.Reserve(PacketType.PubRel, id), MqttReason.Success, isStored => live.State.EndRelease(message, isStored, live));
    }

    /// <summary>A client that published with QoS 2 releases its identifier: forgotten for good before PUBCOMP, since a new message may use it then. Where it was
    /// forgotten before, that may not be on the disk yet, but is in line.</summary>
    public void Released(LiveSession live, in AckPacket packet)
    {
        var id = packet.PacketId;
        var wasKnown = live.State.Unreleased.Remove(id);
        var reason = ReasonOf(live, wasKnown);
        if (!live.State.IsPersistent)
        {
            live.Acks.Post(PacketType.PubComp, id, reason);
            return;
        }

        var pending = store.Begin();
        if (wasKnown) pending.Group.AddIncomingDone(live.State.Number, id);
        Post(live, pending, live.Acks.Reserve(PacketType.PubComp, id), reason, isStored =>
        {
            if (wasKnown && !isStored) live.State.Unreleased.Add(id);
        });
    }

    /// <summary>A client repeats a QoS 2 message that was taken the first time ([MQTT-4.3.3-2]); in a session that outlives its connection, that may not be on the disk
    /// yet, but is in line. Where it could not be stored, it was not taken.</summary>
    public static void Repeated(LiveSession live, ushort packetId, SessionStore store)
    {
        if (!live.State.IsPersistent)
        {
            live.Acks.Post(PacketType.PubRec, packetId);
            return;
        }

        var slot = live.Acks.Reserve(PacketType.PubRec, packetId);
        store.Begin().Post(error =>
        {
            if (error is null && live.State.Unreleased.Contains(packetId)) slot.Complete(MqttReason.Success);
            else EndUnstored(live);
        });
    }

    private static MqttReason ReasonOf(LiveSession live, bool isKnown) =>
        isKnown || live.Version < ProtocolVersion.V5 ? MqttReason.Success : MqttReason.PacketIdentifierNotFound;

    // What could not be stored has not happened: the client says it again in its next connection, and finds everything as it was.
    private static void Post(LiveSession live, PendingStore pending, AckSlot slot, MqttReason reason, Action<bool> stored) => pending.Post(error =>
    {
        stored(error is null);
        if (error is null) slot.Complete(reason);
        else EndUnstored(live);
    });

    private static void EndUnstored(LiveSession live) =>
        live.End(EndReason.InternalError, "What it acknowledged could not be stored: free space on the disk.", MqttReason.ImplementationSpecificError);
}
