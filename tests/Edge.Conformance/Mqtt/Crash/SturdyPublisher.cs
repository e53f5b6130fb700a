using System.Text;

using Edge.Mqtt;
using Edge.Mqtt.Wire;

namespace Edge.Conformance.Mqtt.Crash;

/// <summary>What a publisher sends: numbers, from 0.</summary>
/// <param name="Topic">The topic of a number.</param>
/// <param name="QoS">The quality of service of a number.</param>
/// <param name="Retain">Whether they are to be kept.</param>
/// <param name="Window">How many may be on their way.</param>
internal sealed record Series(Func<int, string> Topic, Func<int, MqttQoS> QoS, bool Retain = false, int Window = 20);

/// <summary>Publishes numbers one after the other, and sends again what was not acknowledged before its connection was lost ([MQTT-4.4.0-1]).</summary>
internal sealed class SturdyPublisher(Identity identity, Series series) : SturdyClient(identity)
{
    private readonly List<Open> _open = [];
    private ushort _lastId;
    private bool _isPublishing;
    private int _acknowledged;

    /// <summary>How many numbers it has sent.</summary>
    public int Count { get; private set; }

    /// <summary>How many of them are acknowledged for good.</summary>
    public int Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>The highest number of each topic that is acknowledged.</summary>
    public Dictionary<string, int> Highest { get; } = [];

    /// <summary>True when all that it sent is acknowledged.</summary>
    public bool IsDone => Acknowledged == Count;

    public MqttQoS QoSOf(int number) => series.QoS(number);

    /// <summary>Publishes from now on, connected or not.</summary>
    public void Start()
    {
        lock (State)
        {
            _isPublishing = true;
            Fill();
        }
    }

    /// <summary>Begins nothing new.</summary>
    public void Stop()
    {
        lock (State) _isPublishing = false;
    }

    /// <summary>Publishes one more number, and returns it.</summary>
    public int PublishOne()
    {
        lock (State)
        {
            Begin();
            return Count - 1;
        }
    }

    protected override void Resume()
    {
        foreach (var open in _open) Send(open.IsReleased ? new AckPacket(PacketType.PubRel, open.Id).ToBytes(Version) : Publish(open, isDuplicate: true));
        Fill();
    }

    protected override void OnPacket(PacketFrame frame)
    {
        if (frame.Type is not (PacketType.PubAck or PacketType.PubRec or PacketType.PubComp))
        {
            Complain($"{frame.Type} for a publisher.");
            return;
        }

        var ack = AckPacket.Read(frame, Version);
        var at = _open.FindIndex(o => o.Id == ack.PacketId);
        // The broker may have forgotten what it completed just before it died (MQTT 5.0 §4.3.3): nothing else may be wrong with a message.
        var isKnownToBoth = frame.Type != PacketType.PubComp || ack.Reason != MqttReason.PacketIdentifierNotFound;
        if (ack.Reason != MqttReason.Success && isKnownToBoth) Complain($"{frame.Type} with {ack.Reason}.");
        else if (at < 0) Complain($"{frame.Type} for {ack.PacketId}, which is not open.");
        else if (frame.Type == PacketType.PubRec) Release(_open[at]);
        else Finish(at);
    }

    private void Release(Open open)
    {
        open.IsReleased = true;
        Send(new AckPacket(PacketType.PubRel, open.Id).ToBytes(Version));
    }

    private void Finish(int at)
    {
        var number = _open[at].Number;
        _open.RemoveAt(at);
        var topic = series.Topic(number);
        Highest[topic] = Math.Max(number, Highest.GetValueOrDefault(topic, -1));
        Volatile.Write(ref _acknowledged, _acknowledged + 1);
        Fill();
    }

    private void Fill()
    {
        while (_isPublishing && _open.Count < series.Window) Begin();
    }

    private void Begin()
    {
        do _lastId++;
        while (_lastId == 0 || _open.Exists(o => o.Id == _lastId));
        var open = new Open(_lastId, Count++);
        _open.Add(open);
        Send(Publish(open, isDuplicate: false));
    }

    private byte[] Publish(Open open, bool isDuplicate) => PublishWriter.ToBytes(
        new(Encoding.UTF8.GetBytes(series.Topic(open.Number)), [], Encoding.UTF8.GetBytes($"{open.Number}")),
        new(series.QoS(open.Number), series.Retain, isDuplicate, open.Id, Version));

    private sealed record Open(ushort Id, int Number)
    {
        public bool IsReleased { get; set; }
    }
}
