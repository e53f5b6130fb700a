using Edge.Mqtt.Sessions.Log;
using Edge.Storage.Log;

namespace Edge.Mqtt.Sessions;

/// <summary>
/// What one step promises, on its way to the log: a message for the sessions that outlive their connections, and the sender's own identifiers. All of it becomes
/// durable, or nothing; then the receivers get their message and the sender its acknowledgement.
/// </summary>
internal sealed class PendingStore(MessageLog log, PublishFrame? frame) : ILogWaiter
{
    private readonly LogGroup _group = log.Rent();
    private readonly List<(Session Session, QueuedMessage Message)> _messages = [];
    private Action<Exception?>? _done;
    private long _messageId;

    public LogGroup Group => _group;

    /// <summary>Adds a message that was queued for a session.</summary>
    public void Add(Session session, QueuedMessage message)
    {
        if (_messages.Count == 0) _messageId = _group.AddMessage(frame!.Message, frame.Topic, frame.Properties, frame.ExpiresAt ?? 0);
        _group.AddQueued(_messageId, session.Number, message.Sequence, message.PacketId, message.QoS, message.Options.Retain, message.Options.Ids);
        _messages.Add((session, message));
    }

    /// <summary>Puts it in line; <paramref name="done"/> is called on the log's thread, with what went wrong or null.</summary>
    public void Post(Action<Exception?>? done)
    {
        _done = done;
        log.Post(_group, this);
    }

    /// <summary>As above, to wait for.</summary>
    /// <exception cref="IOException">It could not be stored.</exception>
    public Task PostAsync()
    {
        var stored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(error =>
        {
            if (error is null) stored.TrySetResult();
            else stored.TrySetException(new IOException("It could not be stored.", error));
        });
        return stored.Task;
    }

    void ILogWaiter.OnCommitted(Exception? error)
    {
        foreach (var (session, message) in _messages)
        {
            if (error is null) session.Stored(message);
            else session.NotStored(message);
        }

        _done?.Invoke(error);
    }
}
