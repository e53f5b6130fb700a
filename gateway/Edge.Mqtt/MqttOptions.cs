using Edge.Transport;

using Microsoft.Extensions.Options;

namespace Edge.Mqtt;

/// <summary>Section <c>mqtt</c>: the broker's limits. Features have sections of their own below it.</summary>
public sealed class MqttOptions
{
    /// <summary>How many connections.</summary>
    public ConnectionLimits Connections { get; set; } = new();

    /// <summary>The largest packet, in bytes. Node messages have at most 4 KiB; this leaves room for others' pictures and firmware chunks.</summary>
    public int MaxPacketBytes { get; set; } = 256 * 1024;

    /// <summary>The largest CONNECT, in bytes: nobody is known yet, so nobody may fill memory. A token has at most 2 KiB.</summary>
    public int MaxConnectBytes { get; set; } = 16 * 1024;

    /// <summary>Seconds in which a new connection has to send CONNECT.</summary>
    public int ConnectSeconds { get; set; } = 10;

    /// <summary>The longest client identifier, in bytes. 3.1.1 asks for at least 23.</summary>
    public int MaxClientIdBytes { get; set; } = 128;

    /// <summary>The longest topic or filter, in bytes.</summary>
    public int MaxTopicBytes { get; set; } = 512;

    /// <summary>The most levels of a topic or filter.</summary>
    public int MaxTopicLevels { get; set; } = 16;

    /// <summary>The most filters of one SUBSCRIBE or UNSUBSCRIBE.</summary>
    public int MaxFiltersPerPacket { get; set; } = 64;

    /// <summary>The most subscriptions of one session; further ones are refused (MQTT 5: 0x97, before: 0x80).</summary>
    public int MaxSubscriptions { get; set; } = 256;

    /// <summary>The most connections of one subject (owner or node).</summary>
    public int MaxConnectionsPerSubject { get; set; } = 64;

    /// <summary>The most sessions that outlive their connection, of all clients.</summary>
    public int MaxPersistentSessions { get; set; } = 4096;

    /// <summary>The most sessions that outlive their connection, of one subject.</summary>
    public int MaxPersistentSessionsPerSubject { get; set; } = 64;

    /// <summary>Hours after which a session without a connection is dropped. A week: longer than a node's longest outage that anybody waits for.</summary>
    public int SessionExpiryHours { get; set; } = 7 * 24;

    /// <summary>The longest that a session waits for its client, in seconds: <see cref="SessionExpiryHours"/>.</summary>
    internal uint LongestExpirySeconds => (uint)SessionExpiryHours * 3600;

    /// <summary>The most messages of QoS 1 and 2 sent to one client and not acknowledged yet.</summary>
    public int MaxInFlight { get; set; } = 32;

    /// <summary>The most messages of QoS 1 and 2 that a client has sent and not got acknowledged (Receive Maximum), those of QoS 2 until they are released. Clients
    /// of MQTT 5 are told; one that goes beyond is cut off.</summary>
    public int ReceiveMaximum { get; set; } = 1024;

    /// <summary>The most topic aliases in each direction of a connection (MQTT 5.0 §3.3.2.3.4); 0 for none.</summary>
    public int MaxTopicAliases { get; set; } = 32;

    /// <summary>What a client that asks for response information gets (MQTT 5.0 §3.2.2.3.15): the topic below which answers to its requests are published, with
    /// <c>%c</c> for its client identifier and <c>%u</c> for its subject. Empty for none.</summary>
    public string ResponseInformation { get; set; } = "";

    /// <summary>Another broker that clients of MQTT 5 are sent to when this one is full or stops (MQTT 5.0 §4.11), such as <c>edge2.local:8883</c>; empty for
    /// none.</summary>
    public string ServerReference { get; set; } = "";

    /// <summary>Milliseconds that publishers wait for a receiver which reads or acknowledges more slowly than they write. One that has not caught up by then
    /// loses messages instead, those of QoS 1 and 2 only where its queue is full, until it does.</summary>
    public int SlowConsumerMilliseconds { get; set; } = 1000;

    /// <summary>The most messages of QoS 1 and 2 that wait for one session; newer ones are dropped, counted and told in the log. Retained ones that a
    /// SUBSCRIBE of QoS 1 or 2 brings count, too: raise it where one client shall get more of them at once.</summary>
    public int MaxQueuedMessages { get; set; } = 1000;

    /// <summary>The most bytes of them: topics, properties and payloads.</summary>
    public long MaxQueuedBytes { get; set; } = 1024 * 1024;

    /// <summary>The most packets that wait to be written to one client; more than <see cref="ReceiveMaximum"/>, since one look at the disk may acknowledge all
    /// of these at once.</summary>
    public int OutboxMessages { get; set; } = 4096;

    /// <summary>The most bytes of them. From three quarters on, QoS 0 is dropped; where this is reached, the client is cut off.</summary>
    public long OutboxBytes { get; set; } = 1024 * 1024;

    /// <summary>True disconnects a client that publishes where it may not. False drops the message only, since 3.1.1 cannot say no.</summary>
    public bool DisconnectOnRefusedPublish { get; set; }
}

/// <summary>Finds all that is wrong with the section <c>mqtt</c>.</summary>
internal sealed class MqttOptionsValidator : IValidateOptions<MqttOptions>
{
    public ValidateOptionsResult Validate(string? name, MqttOptions options) => new OptionErrors("mqtt")
        .Add(options.Connections.Errors("mqtt:connections"))
        .Range("maxPacketBytes", options.MaxPacketBytes, 256, 268_435_455)
        .Range("maxConnectBytes", options.MaxConnectBytes, 256, 268_435_455)
        .Range("connectSeconds", options.ConnectSeconds, 1, 300)
        .Range("maxClientIdBytes", options.MaxClientIdBytes, 23, 65_535)
        .Range("maxTopicBytes", options.MaxTopicBytes, 1, 65_535)
        .Range("maxTopicLevels", options.MaxTopicLevels, 1, 128)
        .Range("maxFiltersPerPacket", options.MaxFiltersPerPacket, 1, 10_000)
        .Range("maxSubscriptions", options.MaxSubscriptions, 1, 100_000)
        .Range("maxConnectionsPerSubject", options.MaxConnectionsPerSubject, 1, 1_000_000)
        .Range("maxPersistentSessions", options.MaxPersistentSessions, 0, 1_000_000)
        .Range("maxPersistentSessionsPerSubject", options.MaxPersistentSessionsPerSubject, 0, 1_000_000)
        .Range("sessionExpiryHours", options.SessionExpiryHours, 1, 87_600)
        .Range("maxInFlight", options.MaxInFlight, 1, 1000)
        .Range("receiveMaximum", options.ReceiveMaximum, 1, 65_535)
        .Range("maxTopicAliases", options.MaxTopicAliases, 0, 65_535)
        .Range("slowConsumerMilliseconds", options.SlowConsumerMilliseconds, 0, 60_000)
        .Range("maxQueuedMessages", options.MaxQueuedMessages, 1, 50_000)
        .Range("maxQueuedBytes", options.MaxQueuedBytes, 1024, 1L << 32)
        .Range("outboxMessages", options.OutboxMessages, Math.Max(2L * options.MaxInFlight, options.ReceiveMaximum + 1L), 1_000_000)
        .Range("outboxBytes", options.OutboxBytes, 16 * 1024, 1L << 30)
        .Result;
}
