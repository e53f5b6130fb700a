namespace Edge.Mqtt.Sessions.Log;

/// <summary>The first byte of each record. A number that has shipped keeps its meaning; numbers below are varints (<see cref="Varint"/>).</summary>
internal enum RecordType : byte
{
    /// <summary>id, flags (QoS, retain), expiry in Unix seconds or 0, publish time in Unix milliseconds, lengths of topic, properties and payload, then
    /// these.</summary>
    Message = 1,

    /// <summary>session, sequence, message id, packet id, flags (QoS, retain), count of subscription identifiers, then these.</summary>
    Queued = 2,

    /// <summary>session, sequence: nothing is kept of it any more.</summary>
    Done = 3,

    /// <summary>session, sequence: PUBREC has come.</summary>
    Released = 4,

    /// <summary>session, packet id: a QoS 2 message was taken.</summary>
    Incoming = 5,

    /// <summary>session, packet id: PUBREL has come.</summary>
    IncomingDone = 6,

    /// <summary>session: all that was logged of it is void.</summary>
    SessionDropped = 7,
}
