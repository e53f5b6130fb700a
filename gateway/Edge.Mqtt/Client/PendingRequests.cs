namespace Edge.Mqtt.Client;

/// <summary>Who waits for SUBACK and UNSUBACK in this connection.</summary>
internal sealed class PendingRequests(PacketIds ids)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ushort, TaskCompletionSource<MqttSubscribeResult>> _waiting = [];
    private Exception? _closed;

    /// <summary>Takes a free identifier.</summary>
    /// <exception cref="IOException">The connection is gone, or all identifiers are in use.</exception>
    public (ushort Id, Task<MqttSubscribeResult> Answer) Add()
    {
        lock (_lock)
        {
            if (_closed is not null) throw new IOException(_closed.Message, _closed);

            var id = ids.Take();
            var source = new TaskCompletionSource<MqttSubscribeResult>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add(id, source);
            return (id, source.Task);
        }
    }

    public void Complete(ushort id, MqttSubscribeResult answer)
    {
        TaskCompletionSource<MqttSubscribeResult>? source;
        lock (_lock)
        {
            if (!_waiting.Remove(id, out source)) return; // answered before: no harm
        }

        ids.Return(id);
        source.TrySetResult(answer);
    }

    public void FailAll(Exception reason)
    {
        List<KeyValuePair<ushort, TaskCompletionSource<MqttSubscribeResult>>> waiting;
        lock (_lock)
        {
            _closed ??= reason;
            waiting = [.. _waiting];
            _waiting.Clear();
        }

        foreach (var (id, source) in waiting)
        {
            ids.Return(id);
            source.TrySetException(new IOException(reason.Message, reason));
            _ = source.Task.Exception; // seen, even where nobody waits any more
        }
    }
}
