using System.Net;

using Edge.Mqtt.Features;
using Edge.Mqtt.Wire;
using Edge.Transport;

namespace Edge.Mqtt.Sessions;

/// <summary>A session with its connection: what features see, and what the session writes to.</summary>
internal sealed class LiveSession : IMqttSession, ISessionLink
{
    // From here on QoS 0 makes way for acknowledgements and for what was promised.
    private const double LagShare = 0.75;

    // Where publishers begin to wait for a client that reads more slowly than they write, and where they go on.
    private const double BusyShare = 0.5;

    // What a client is refused is logged once per topic; a client that tries many topics does not fill the log either.
    private const int MaxLoggedRefusals = 16;

    private readonly MqttConnection _connection;
    private readonly SessionRights _rights;
    private readonly OutgoingAliases? _aliases;
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HashSet<string>? _refused;
    private MqttIdentity _identity;
    private Session? _state;
    private long _messagesOut;
    private long _dropped;
    private long _bytesOut;
    private long _packetsOut;
    private volatile bool _isStalled;

    public LiveSession(MqttConnection connection, MqttConnecting connecting, ConnectPacket packet, SessionRights rights)
    {
        (_connection, _rights, _identity, Version, ClientId, Will) = (connection, rights, connecting.Identity!, packet.Version, connecting.ClientId, connecting.Will);
        (RemoteEndPoint, WillDelaySeconds) = (connecting.RemoteEndPoint, packet.WillDelaySeconds);
        var options = connection.Options;
        MaxInFlight = Math.Min(options.MaxInFlight, packet.ReceiveMaximum);
        MaximumPacketSize = packet.MaximumPacketSize == 0 ? uint.MaxValue : packet.MaximumPacketSize;
        var aliases = Math.Min(options.MaxTopicAliases, packet.TopicAliasMaximum);
        _aliases = aliases > 0 ? new(aliases) : null;
        KeepAliveSeconds = connecting.KeepAliveSeconds;
        Acks = new(PostAck, (2 * options.ReceiveMaximum) + options.MaxInFlight); // more than a client that keeps to the rules can have
        Publishing = new(this);
        Topics = new(options);
    }

    public string ClientId { get; }

    public ProtocolVersion Version { get; }

    public MqttIdentity Identity => Volatile.Read(ref _identity);

    public EndPoint? RemoteEndPoint { get; }

    public MqttMessage? Will { get; }

    public uint WillDelaySeconds { get; }

    public int KeepAliveSeconds { get; }

    public int MaxInFlight { get; }

    /// <summary>The bytes of the longest packet that the client takes ([MQTT-3.1.2-24]).</summary>
    public uint MaximumPacketSize { get; }

    /// <inheritdoc/>
    public uint ExpirySeconds => State.ExpirySeconds;

    public TimeSpan Silence => _connection.Silence;

    public TimeSpan Age => _connection.Age;

    public MqttSessionStatistics Statistics => new(
        MessagesIn, Interlocked.Read(ref _messagesOut), _connection.BytesIn, Interlocked.Read(ref _bytesOut), Interlocked.Read(ref _dropped),
        State.QueuedMessages, State.Subscriptions.Count)
    {
        PacketsIn = _connection.PacketsIn,
        PacketsOut = Interlocked.Read(ref _packetsOut),
    };

    /// <summary>Messages that the client published; counted by its reader.</summary>
    public long MessagesIn { get; set; }

    /// <summary>The state; known once the registry has opened it.</summary>
    public Session State
    {
        get => _state ?? throw new InvalidOperationException("The session is not open.");
        set => _state = value;
    }

    /// <summary>Completes when the connection is gone and every feature has heard of it.</summary>
    public Task Gone => _gone.Task;

    public SessionKey Key => new(Identity.IsBootstrap ? "?" : Identity.Subject, ClientId);

    /// <summary>Acknowledgements to the client, in order.</summary>
    public AckQueue Acks { get; }

    /// <summary>The message that it is publishing.</summary>
    public MqttPublishing Publishing { get; }

    /// <summary>The topics that it publishes to.</summary>
    public TopicTable Topics { get; }

    /// <summary>The topics that its aliases stand for; made with the first (MQTT 5.0 §3.3.2.3.4).</summary>
    public TopicEntry?[]? Aliases { get; set; }

    /// <summary>How it authenticated, which AUTH must go on with; null for other ways (MQTT 5.0 §4.12).</summary>
    public string? AuthenticationMethod { get; set; }

    /// <summary>An authentication is under way.</summary>
    public bool IsAuthenticating { get; set; }

    /// <summary>Its DISCONNECT leaves the will to be published.</summary>
    public bool WillWanted { get; set; }

    public int RightsVersion => _rights.Version;

    public bool IsLagging => _connection.Outbox.IsFilledTo(LagShare);

    /// <summary>True where a publisher should wait a moment before it goes on: this client is slower, but reads.</summary>
    public bool IsBusy => !_isStalled && _connection.Outbox.IsFilledTo(BusyShare);

    public string? RefusalOfPublish(string topic) => _rights.Features.RefusalOfPublish(this, topic);

    public bool MayDeliver(string topic) => _rights.Features.MayDeliver(this, topic);

    public SendResult TrySend(in PublishContent content, in PublishEnvelope envelope)
    {
        var mine = envelope with { Version = Version };
        if (_aliases is not null) return _aliases.Send(this, content, mine);

        return Post(content, mine);
    }

    public void PostRelease(ushort packetId) => PostAck(new(PacketType.PubRel, packetId));

    /// <summary>Posts an acknowledgement. It carries no reason string and no user properties, which a client may ask to be spared ([MQTT-3.1.2-29]).</summary>
    public void PostAck(AckPacket packet)
    {
        var size = packet.Size(Version);
        if (IsTooLong(size)) return;

        CountOut(size);
        _connection.Post(packet, size, Version);
    }

    /// <summary>Posts an answer that the client must get.</summary>
    public void Post(byte[] packet)
    {
        if (IsTooLong(packet.Length)) return;

        CountOut(packet.Length);
        _connection.Post(packet);
    }

    public void CountDropped() => Interlocked.Increment(ref _dropped);

    public void End(EndReason reason, string detail) => _connection.End(reason, detail);

    public void End(EndReason reason, string detail, MqttReason? code) => _connection.End(reason, detail, code);

    public void ChangeIdentity(MqttIdentity identity)
    {
        if (identity.Subject != Identity.Subject) throw new ArgumentException("A session keeps its subject.", nameof(identity));

        Volatile.Write(ref _identity, identity);
        _rights.Follow(this);
    }

    public void MarkGone() => _gone.TrySetResult();

    /// <summary>True the first time that this topic is refused.</summary>
    public bool IsFirstRefusal(string topic) => _refused is null or { Count: < MaxLoggedRefusals } && (_refused ??= new(StringComparer.Ordinal)).Add(topic);

    /// <summary>Waits until the client has read some of what waits for it. One that does not read at all is waited for once: then it loses messages instead
    /// of holding publishers back.</summary>
    public async ValueTask WaitWhileBusyAsync(TimeSpan patience, CancellationToken cancel)
    {
        if (!await _connection.Outbox.WaitUntilBelowAsync(BusyShare, patience, cancel).ConfigureAwait(false)) _isStalled = true;
    }

    public async ValueTask<bool> DeliverAsync(MqttMessage message, CancellationToken cancel = default)
    {
        if (IsLagging) await _connection.Outbox.WaitUntilBelowAsync(LagShare, TimeSpan.FromMinutes(1), cancel).ConfigureAwait(false);
        return await _connection.DeliverAsync(this, message, cancel).ConfigureAwait(false);
    }

    public Task RoomAsync() => State.RoomAsync();

    /// <summary>Writes a message to the outbox.</summary>
    public SendResult Post(in PublishContent content, in PublishEnvelope envelope)
    {
        var size = PublishWriter.Size(content, envelope);
        if (size > MaximumPacketSize) return SendResult.TooLarge;
        if (!_connection.Outbox.TryPost(size, new OutgoingPublish(content, envelope), OutgoingPublish.Write)) return SendResult.Full;

        Interlocked.Increment(ref _messagesOut);
        CountOut(size);
        if (_isStalled && !_connection.Outbox.IsFilledTo(BusyShare)) _isStalled = false;
        return SendResult.Sent;
    }

    // Nothing longer than the client takes may be sent ([MQTT-3.1.2-24]); without the answer it cannot go on, either.
    private bool IsTooLong(int bytes)
    {
        if (bytes <= MaximumPacketSize) return false;

        End(EndReason.LimitExceeded, $"It takes packets of {MaximumPacketSize} bytes, and an answer has {bytes}: raise its maximum packet size.", MqttReason.PacketTooLarge);
        return true;
    }

    private void CountOut(int bytes)
    {
        Interlocked.Increment(ref _packetsOut);
        Interlocked.Add(ref _bytesOut, bytes);
    }
}
