using Edge.Mqtt.Topics;
using Edge.Mqtt.Wire;
using Edge.Transport;

namespace Edge.Mqtt.Sessions;

/// <summary>What every session needs of the broker.</summary>
internal sealed record SessionContext(MqttOptions Options, MqttMetrics Metrics, SessionStore Store, Refusals Refusals, TimeProvider Clock);

/// <summary>
/// The state of one client (MQTT 5.0 §4.1): subscriptions, messages on their way in both directions. It lives as long as its connection, or,
/// where the client asked for that, longer. Everything is guarded by one lock of its own, under which nothing waits.
/// </summary>
internal sealed class Session(SessionKey key, long number, bool isPersistent, SessionContext context)
{
    private readonly Lock _lock = new();
    private readonly OutgoingQueue _outgoing = new(context.Options);
    private readonly SubscriptionSet _subscriptions = new(context.Options);
    private UnreleasedIds? _unreleased; // most clients only listen
    private ISessionLink? _link;
    private LiveSession? _holder;
    private TaskCompletionSource? _room;
    private Queue<QueuedMessage>? _again;
    private long _lookedForExpired;
    private bool _isFullTold;
    private bool _isStalled;

    public SessionKey Key { get; } = key;

    /// <summary>Its number in the store: shorter than its key, and never used again.</summary>
    public long Number { get; } = number;

    /// <summary>True where it was made to outlive its connection: what it promises is stored first.</summary>
    public bool IsPersistent { get; } = isPersistent;

    /// <summary>Seconds that it waits for its client once the connection is gone; 0 ends it with the connection.</summary>
    public uint ExpirySeconds { get; set; }

    /// <summary>Who holds it now; set under the registry's gate.</summary>
    public LiveSession? Holder
    {
        get => Volatile.Read(ref _holder);
        set => Volatile.Write(ref _holder, value);
    }

    /// <summary>When it lost its connection; the registry drops it some time after.</summary>
    public DateTimeOffset LastSeen { get; set; }

    public SubscriptionSet Subscriptions => _subscriptions;

    /// <summary>What its client has begun to publish with QoS 2 and not released.</summary>
    public UnreleasedIds Unreleased => LazyInitializer.EnsureInitialized(ref _unreleased);

    public bool IsConnected => Volatile.Read(ref _link) is not null;

    public int QueuedMessages
    {
        get
        {
            lock (_lock) return _outgoing.Count;
        }
    }

    /// <summary>The bytes of the messages that wait: topics, properties and payloads.</summary>
    public long QueuedBytes
    {
        get
        {
            lock (_lock) return _outgoing.WaitingBytes;
        }
    }

    /// <summary>Gives it limits of its own, in place of the broker's.</summary>
    public void Limit(QueueLimits limits)
    {
        lock (_lock) _outgoing.Own = limits;
    }

    /// <summary>Drops what has waited since before <paramref name="time"/>; the number of messages.</summary>
    public int DropQueuedBefore(DateTimeOffset time)
    {
        lock (_lock)
        {
            var old = _outgoing.Withdraw(m => m is { IsReady: true, IsReleased: false } && m.QueuedAt < time.ToUnixTimeSeconds());
            foreach (var message in old)
            {
                if (IsPersistent) context.Store.Forget(Number, message);
                context.Metrics.Dropped(DropReason.Expired);
            }

            return old.Count;
        }
    }

    /// <summary>True where its client, if it is connected, may have what is published there.</summary>
    public bool MayReceive(string topic) => Volatile.Read(ref _link) is not { } link || link.MayDeliver(topic);

    /// <summary>Connects it: what was sent and not acknowledged is sent again, in order, then what waits ([MQTT-4.4.0-1]).</summary>
    public void Attach(ISessionLink link)
    {
        lock (_lock)
        {
            _link = link;
            _isFullTold = _isStalled = false;
            _again = _outgoing.InFlight.Count > 0 ? new(_outgoing.InFlight) : null;
            Pump();
        }
    }

    public void Detach(ISessionLink link)
    {
        lock (_lock)
        {
            if (_link == link) _link = null;
            MakeRoomKnown();
        }
    }

    /// <summary>Sends a message of QoS 0, or drops it: without a connection in silence, to a slow one counted.</summary>
    public bool SendAtMostOnce(in PublishContent content, in PublishEnvelope envelope)
    {
        if (Volatile.Read(ref _link) is not { } link) return false;
        if (!link.IsLagging && link.TrySend(content, envelope) != SendResult.Full)
        {
            context.Metrics.Sent();
            return true;
        }

        link.CountDropped();
        context.Metrics.Dropped(DropReason.SlowConsumer);
        return false;
    }

    /// <summary>True where it could take another message of QoS 1 or 2; for the choice among a group.</summary>
    public bool HasRoomFor(int bytes)
    {
        lock (_lock) return !_outgoing.IsFullFor(bytes);
    }

    /// <summary>Queues a message of QoS 1 or 2; null where the queue is full. A persistent session's message has to be stored, then given to
    /// <see cref="Stored"/>; another's is sent as soon as it may.</summary>
    public QueuedMessage? Queue(PublishFrame frame, in DeliveryOptions options)
    {
        lock (_lock)
        {
            var message = _outgoing.TryAdd(frame, options, isReady: !IsPersistent);
            if (message is null && DropExpired()) message = _outgoing.TryAdd(frame, options, isReady: !IsPersistent);
            if (message is not null)
            {
                message.QueuedAt = context.Clock.GetUtcNow().ToUnixTimeSeconds();
                Pump();
                return message;
            }

            _link?.CountDropped();
            _outgoing.Own?.CountDropped();
        }

        context.Metrics.Dropped(DropReason.QueueFull);
        TellFull();
        return null;
    }

    // Once a connection: what follows is counted. Whoever has limits of its own tells of them itself.
    private void TellFull()
    {
        if (_outgoing.Own is not null || Interlocked.Exchange(ref _isFullTold, true)) return;

        var limits = context.Options;
        context.Refusals.Queue(Key, Holder?.RemoteEndPoint, $"mqtt:maxQueuedMessages is {limits.MaxQueuedMessages}, mqtt:maxQueuedBytes is {limits.MaxQueuedBytes}");
    }

    /// <summary>A queued message is stored, and may be sent.</summary>
    public void Stored(QueuedMessage message)
    {
        lock (_lock)
        {
            message.IsReady = true;
            Pump();
        }
    }

    /// <summary>A queued message could not be stored: it was never promised to anybody.</summary>
    public void NotStored(QueuedMessage message)
    {
        lock (_lock)
        {
            _outgoing.Withdraw(m => m == message);
            Pump();
        }
    }

    /// <summary>Puts back what the store had.</summary>
    public void Restore(QueuedMessage message)
    {
        lock (_lock) _outgoing.Restore(message);
    }

    /// <summary>Takes out what other members of its groups shall have: what was never sent, and, where the session is over, what QoS 1 allows to be sent twice
    /// ([MQTT-4.8.2-4] to [MQTT-4.8.2-6]).</summary>
    public IReadOnlyList<QueuedMessage> WithdrawShared(bool isOver)
    {
        lock (_lock)
        {
            var taken = _outgoing.Withdraw(static m => m.Options.Group is not null && m.IsReady).ToList();
            if (isOver) taken.InsertRange(0, _outgoing.InFlight.Where(m => m is { Options.Group: not null, QoS: MqttQoS.AtLeastOnce }));
            return taken;
        }
    }

    /// <summary>PUBACK has come, or PUBREC with a reason that ends the exchange; false where the identifier means nothing.</summary>
    public bool Acknowledge(ushort packetId, MqttQoS qos)
    {
        lock (_lock)
        {
            if (_outgoing.Find(packetId) is not { } message || message.QoS != qos) return false;
            Finish(message);
            return true;
        }
    }

    /// <summary>PUBREC has come: the message is the client's now. The one to store as released before PUBREL goes out, or null where that was known before, or
    /// nothing is known of it.</summary>
    public QueuedMessage? Release(ushort packetId, out ReleaseState state)
    {
        lock (_lock)
        {
            var message = _outgoing.Find(packetId);
            state = message is not { QoS: MqttQoS.ExactlyOnce } ? ReleaseState.Unknown : message.IsReleasing ? ReleaseState.UnderWay : ReleaseState.Known;
            if (state == ReleaseState.Unknown || message!.IsReleased) return null;

            message.IsReleased = true;
            message.IsReleasing = IsPersistent;
            return message;
        }
    }

    /// <summary>That PUBREC has come is stored, or could not be: then the message is sent again, which its client knows by its identifier, and not PUBREL. Where the
    /// client has come back meanwhile, it hears of it now; <paramref name="by"/> is the connection that PUBREC came from.</summary>
    public void EndRelease(QueuedMessage message, bool isStored, ISessionLink by)
    {
        lock (_lock)
        {
            message.IsReleasing = false;
            message.IsReleased = isStored;
            if (_link is { } link && link != by && _again?.Contains(message) != true && _outgoing.Find(message.PacketId) == message) SendOrDrop(link, message);
        }
    }

    /// <summary>PUBCOMP has come.</summary>
    public void Complete(ushort packetId)
    {
        lock (_lock)
        {
            if (_outgoing.Find(packetId) is { IsReleased: true, IsReleasing: false } message) Finish(message);
        }
    }

    /// <summary>True where publishers should wait for a moment, rather than have messages of QoS 1 and 2 dropped: the client is there, and behind.</summary>
    public bool IsBehind
    {
        get
        {
            lock (_lock) return !_isStalled && _link is not null && _outgoing.IsHalfFull;
        }
    }

    /// <summary>Waits until it is not behind any more. One that does not catch up is waited for once: then its queue takes what it can, and what it cannot is
    /// counted, until half of the queue is free again. It must not hold all its publishers back, message by message.</summary>
    public async ValueTask WaitWhileBehindAsync(TimeSpan patience, CancellationToken cancel)
    {
        if (!IsBehind) return;

        try
        {
            await RoomAsync().WaitAsync(patience, context.Clock, cancel).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            lock (_lock) _isStalled = _outgoing.IsHalfFull;
        }
    }

    /// <summary>Completes when half of its queue is free, or its client gone.</summary>
    public Task RoomAsync()
    {
        lock (_lock)
        {
            if (_link is null || !_outgoing.IsHalfFull) return Task.CompletedTask;
            return (_room ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    private void Pump()
    {
        if (_link is not { } link) return;

        if (_again is not null && !SendAgain(link, _again)) return;

        while (_outgoing.TakeNext(link.MaxInFlight) is { } message) SendOrDrop(link, message);
    }

    // What was in flight before comes first, and no more of it at a time than the client takes now: that may be fewer ([MQTT-3.3.4-9]).
    private bool SendAgain(ISessionLink link, Queue<QueuedMessage> again)
    {
        while (again.Count > 0)
        {
            if (_outgoing.Find(again.Peek().PacketId) != again.Peek()) again.Dequeue(); // acknowledged meanwhile
            else if (_outgoing.InFlight.Count - again.Count < link.MaxInFlight) SendOrDrop(link, again.Dequeue());
            else return false;
        }

        _again = null;
        return true;
    }

    private void SendOrDrop(ISessionLink link, QueuedMessage message)
    {
        var now = context.Clock.GetUtcNow();
        if (message.IsReleasing) return; // as soon as it is known what to send
        if (message.IsReleased) link.PostRelease(message.PacketId);
        else if (message.Frame.IsExpired(now) && !message.IsUnderWay) Drop(message, DropReason.Expired);
        else if (!link.MayDeliver(message.Frame.Message.Topic)) Drop(message, DropReason.NotAuthorized);
        else Send(link, message, now);
    }

    // What was promised is not dropped: the client is cut off, and gets it when it comes back.
    private void Send(ISessionLink link, QueuedMessage message, DateTimeOffset now)
    {
        var envelope = new PublishEnvelope(
            message.QoS, message.Options.Retain, message.WasSent, message.PacketId, default,
            ExpirySeconds: message.Frame.Remaining(now), SubscriptionIds: message.Options.Ids);
        switch (link.TrySend(message.Frame.Content, envelope))
        {
            case SendResult.Sent:
                message.WasSent = message.IsUnderWay = true;
                context.Metrics.Sent();
                break;
            case SendResult.TooLarge:
                Drop(message, DropReason.TooLarge);
                break;
            default:
                link.End(EndReason.SlowConsumer, "It reads too slowly; mqtt:outboxMessages or mqtt:outboxBytes is reached.");
                break;
        }
    }

    // What nobody wants any more makes room for what is new. Looked for once a second: a flood on a full queue must not cost a walk through it each time.
    private bool DropExpired()
    {
        var now = context.Clock.GetUtcNow();
        if (now.ToUnixTimeSeconds() == _lookedForExpired) return false;

        _lookedForExpired = now.ToUnixTimeSeconds();
        var expired = _outgoing.Withdraw(m => m is { IsReady: true, IsReleased: false, IsUnderWay: false } && m.Frame.IsExpired(now));
        foreach (var message in expired) Drop(message, DropReason.Expired);
        return expired.Count > 0;
    }

    private void Finish(QueuedMessage message)
    {
        _outgoing.Remove(message);
        if (IsPersistent) context.Store.Forget(Number, message);
        Pump();
        if (!_outgoing.IsHalfFull) MakeRoomKnown();
    }

    private void Drop(QueuedMessage message, DropReason reason)
    {
        _outgoing.Remove(message);
        if (IsPersistent) context.Store.Forget(Number, message);
        _link?.CountDropped();
        context.Metrics.Dropped(reason);
    }

    private void MakeRoomKnown()
    {
        _isStalled = false;
        _room?.TrySetResult();
        _room = null;
    }
}
