namespace Edge.Mqtt.Sessions.Log;

/// <summary>Takes the records of a group apart. Whatever the bytes are, it reads nothing but them, and makes nothing that is larger than they are.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>True when all were read; false where there is more, or what is there is no record.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Reads the next one; false at the end, and where the bytes are none.</summary>
    public bool TryRead(out LogRecord record)
    {
        record = default;
        if (_rest.IsEmpty) return false;

        var rest = _rest[1..];
        var read = new LogRecord { Type = (RecordType)_rest[0] };
        var isRead = read.Type switch
        {
            RecordType.Message => TryReadMessage(ref rest, ref read),
            RecordType.Queued => TryReadQueued(ref rest, ref read),
            RecordType.Done or RecordType.Released => TryReadNumber(ref rest, out read.Session) && TryReadNumber(ref rest, out read.Item),
            RecordType.Incoming or RecordType.IncomingDone => TryReadNumber(ref rest, out read.Session) && TryReadPacketId(ref rest, ref read),
            RecordType.SessionDropped => TryReadNumber(ref rest, out read.Session),
            _ => false,
        };
        if (!isRead) return false;

        read.Bytes = _rest[..^rest.Length];
        record = read;
        _rest = rest;
        return true;
    }

    private static bool TryReadMessage(scoped ref ReadOnlySpan<byte> rest, scoped ref LogRecord record) =>
        TryReadNumber(ref rest, out record.MessageId)
        && TryReadFlags(ref rest, ref record)
        && TryReadNumber(ref rest, out record.ExpiresAtUnixSeconds)
        && TryReadNumber(ref rest, out record.PublishedAtUnixMilliseconds)
        && record.PublishedAtUnixMilliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
        && TryReadNumber(ref rest, out var topic)
        && TryReadNumber(ref rest, out var properties)
        && TryReadNumber(ref rest, out var payload)
        && TryTake(ref rest, topic, out record.Topic)
        && TryTake(ref rest, properties, out record.Properties)
        && TryTake(ref rest, payload, out record.Payload);

    private static bool TryReadQueued(scoped ref ReadOnlySpan<byte> rest, scoped ref LogRecord record)
    {
        if (!TryReadNumber(ref rest, out record.Session) || !TryReadNumber(ref rest, out record.Item) || !TryReadNumber(ref rest, out record.MessageId)
            || !TryReadNumber(ref rest, out var packetId) || packetId > ushort.MaxValue || !TryReadFlags(ref rest, ref record)
            || !TryReadNumber(ref rest, out var count) || count > rest.Length)
            return false;

        (record.PacketId, record.SubscriptionIds) = ((ushort)packetId, (int)count);
        var from = rest;
        for (var i = 0; i < count; i++)
        {
            if (!TryReadNumber(ref rest, out var id) || id > uint.MaxValue) return false;
        }

        record.SubscriptionIdBytes = from[..^rest.Length];
        return true;
    }

    private static bool TryReadPacketId(scoped ref ReadOnlySpan<byte> rest, scoped ref LogRecord record)
    {
        if (!TryReadNumber(ref rest, out record.Item) || record.Item > ushort.MaxValue) return false;

        record.PacketId = (ushort)record.Item;
        return true;
    }

    private static bool TryReadFlags(scoped ref ReadOnlySpan<byte> rest, scoped ref LogRecord record)
    {
        if (rest.IsEmpty) return false;

        var flags = rest[0];
        rest = rest[1..];
        record.QoS = (MqttQoS)(flags & LogGroup.QoSMask);
        record.Retain = (flags & LogGroup.RetainFlag) != 0;
        return record.QoS <= MqttQoS.ExactlyOnce && (flags & ~(LogGroup.QoSMask | LogGroup.RetainFlag)) == 0;
    }

    private static bool TryReadNumber(scoped ref ReadOnlySpan<byte> rest, out long number)
    {
        var isRead = Varint.TryRead(ref rest, out var value);
        number = (long)value;
        return isRead && number >= 0;
    }

    private static bool TryTake(scoped ref ReadOnlySpan<byte> rest, long length, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        if (length > rest.Length) return false;

        taken = rest[..(int)length];
        rest = rest[(int)length..];
        return true;
    }
}
