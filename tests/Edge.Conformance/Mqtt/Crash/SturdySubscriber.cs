using System.Globalization;
using System.Text;

using Edge.Mqtt;
using Edge.Mqtt.Wire;

namespace Edge.Conformance.Mqtt.Crash;

/// <summary>Subscribes, and counts how often it gets each number. Like every good receiver of QoS 2 it remembers the identifiers that are not released, over
/// every crash of the broker ([MQTT-4.3.3-2]): what it counts twice then, the broker has doubled.</summary>
internal sealed class SturdySubscriber(Identity identity, string filter, MqttQoS qos) : SturdyClient(identity)
{
    private readonly Dictionary<string, List<int>> _counts = [];
    private readonly HashSet<ushort> _incoming = [];
    private readonly TaskCompletionSource _subscribed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _hasSubscribed;

    /// <summary>Completes when the subscription is granted.</summary>
    public Task Subscribed => _subscribed.Task;

    /// <summary>How often each number of a topic has come.</summary>
    public int[] CountsOf(string topic)
    {
        lock (State) return _counts.TryGetValue(topic, out var counts) ? [.. counts] : [];
    }

    /// <summary>How often that number has come.</summary>
    public int CountOf(string topic, int number)
    {
        lock (State) return _counts.TryGetValue(topic, out var counts) && number < counts.Count ? counts[number] : 0;
    }

    // Asked once: from then on the broker has to know.
    protected override void Resume()
    {
        if (!_hasSubscribed) Send(new SubscribePacket(1, [new(filter, qos)]).ToBytes(Version));
    }

    protected override void OnPacket(PacketFrame frame)
    {
        switch (frame.Type)
        {
            case PacketType.SubAck:
                _hasSubscribed = true;
                _subscribed.TrySetResult();
                break;
            case PacketType.Publish:
                OnPublish(PublishPacket.Read(frame, Version, PacketSender.Server));
                break;
            case PacketType.PubRel:
                var id = AckPacket.Read(frame, Version).PacketId;
                _incoming.Remove(id);
                Send(new AckPacket(PacketType.PubComp, id).ToBytes(Version));
                break;
            default:
                Complain($"{frame.Type} for a subscriber.");
                break;
        }
    }

    private void OnPublish(in PublishPacket packet)
    {
        if (packet.QoS < MqttQoS.ExactlyOnce || _incoming.Add(packet.PacketId)) Count(packet);
        if (packet.QoS == MqttQoS.AtLeastOnce) Send(new AckPacket(PacketType.PubAck, packet.PacketId).ToBytes(Version));
        if (packet.QoS == MqttQoS.ExactlyOnce) Send(new AckPacket(PacketType.PubRec, packet.PacketId).ToBytes(Version));
    }

    private void Count(in PublishPacket packet)
    {
        var topic = PublishPacket.DecodeTopic(packet.Topic.Span);
        var number = int.Parse(Encoding.UTF8.GetString(packet.Payload.Span), CultureInfo.InvariantCulture);
        if (!_counts.TryGetValue(topic, out var counts)) _counts[topic] = counts = [];
        // One topic, one quality of service, one publisher: first come in order ([MQTT-4.6.0-6]).
        while (counts.Count <= number) counts.Add(0);
        counts[number]++;
    }
}
