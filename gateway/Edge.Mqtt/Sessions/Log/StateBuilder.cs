namespace Edge.Mqtt.Sessions.Log;

/// <summary>Collects the live records of a log, whatever their order, into what sessions begin with.</summary>
internal sealed class StateBuilder
{
    private readonly Dictionary<long, LoggedMessage> _messages = [];
    private readonly List<(long Session, long MessageId, LoggedDelivery Delivery)> _queued = [];
    private readonly List<(long Session, ushort PacketId)> _incoming = [];

    public void Add(in LogRecord record, MessageIndex index)
    {
        switch (record.Type)
        {
            case RecordType.Message:
                _messages[record.MessageId] = ToMessage(record);
                break;
            case RecordType.Queued:
                _queued.Add((record.Session, record.MessageId, ToDelivery(record, index.IsReleased(record.Session, record.Item))));
                break;
            case RecordType.Incoming:
                _incoming.Add((record.Session, record.PacketId));
                break;
        }
    }

    public LogState Build()
    {
        // The same place may hold a record twice, if a start was cut off in the middle of a copy: the later one counts.
        var queued = _queued.Where(q => _messages.ContainsKey(q.MessageId))
            .GroupBy(q => q.Session)
            .ToDictionary(g => g.Key, g => g.GroupBy(q => q.Delivery.Sequence).Select(same => same.Last()).OrderBy(q => q.Delivery.Sequence)
                .Select(q => q.Delivery with { Message = _messages[q.MessageId] }).ToList());
        var incoming = _incoming.Distinct().GroupBy(i => i.Session).ToDictionary(g => g.Key, g => g.Select(i => i.PacketId).ToList());
        return new(queued.Keys.Union(incoming.Keys).ToDictionary(
            number => number, number => new LoggedSession(queued.GetValueOrDefault(number) ?? [], incoming.GetValueOrDefault(number) ?? [])));
    }

    private static LoggedMessage ToMessage(in LogRecord record) => new(
        record.MessageId, record.Topic.ToArray(), record.Properties.ToArray(), record.Payload.ToArray(), record.QoS, record.Retain,
        record.ExpiresAtUnixSeconds, DateTimeOffset.FromUnixTimeMilliseconds(record.PublishedAtUnixMilliseconds));

    private static LoggedDelivery ToDelivery(in LogRecord record, bool isReleased)
    {
        var rest = record.SubscriptionIdBytes;
        var ids = new uint[record.SubscriptionIds];
        for (var i = 0; i < ids.Length && Varint.TryRead(ref rest, out var id); i++) ids[i] = (uint)id;
        return new(null!, record.Item, record.PacketId, record.QoS, record.Retain, isReleased, ids);
    }
}
