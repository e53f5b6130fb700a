namespace Edge.Mqtt.Client;

/// <summary>The packet identifiers in use by the client's own requests, and who waits for them.</summary>
internal sealed class PendingRequests
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ushort, TaskCompletionSource<IReadOnlyList<byte>>> _waiting = [];
    private Exception? _closed;
    private ushort _last;

    /// <summary>Takes a free identifier.</summary>
    /// <exception cref="IOException">The connection is gone, or all identifiers are in use.</exception>
    public (ushort Id, Task<IReadOnlyList<byte>> Answer) Add()
    {
        lock (_lock)
        {
            if (_closed is not null) throw new IOException(_closed.Message, _closed);
            if (_waiting.Count >= ushort.MaxValue) throw new IOException("All 65535 packet identifiers wait for an answer.");

            do _last++;
            while (_last == 0 || _waiting.ContainsKey(_last));
            var source = new TaskCompletionSource<IReadOnlyList<byte>>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add(_last, source);
            return (_last, source.Task);
        }
    }

    public bool Contains(ushort id)
    {
        lock (_lock) return _waiting.ContainsKey(id);
    }

    public void Complete(ushort id, IReadOnlyList<byte> answer)
    {
        TaskCompletionSource<IReadOnlyList<byte>>? source;
        lock (_lock)
        {
            if (!_waiting.Remove(id, out source)) return; // answered before, or given up: no harm
        }

        source.TrySetResult(answer);
    }

    public void FailAll(Exception reason)
    {
        List<TaskCompletionSource<IReadOnlyList<byte>>> waiting;
        lock (_lock)
        {
            _closed ??= reason;
            waiting = [.. _waiting.Values];
            _waiting.Clear();
        }

        foreach (var source in waiting)
        {
            source.TrySetException(new IOException(reason.Message, reason));
            _ = source.Task.Exception; // seen, even where nobody waits any more
        }
    }
}
