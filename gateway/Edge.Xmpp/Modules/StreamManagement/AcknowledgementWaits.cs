namespace Edge.Xmpp.Modules.StreamManagement;

/// <summary>Who waits until a client has acknowledged up to a stanza. Not thread-safe; whoever waited goes on elsewhere.</summary>
internal sealed class AcknowledgementWaits
{
    private readonly Queue<(ulong Number, TaskCompletionSource<bool> Done)> _waits = new();

    /// <summary>True as soon as <paramref name="number"/> is acknowledged, false where that will never be. Numbers do not fall.</summary>
    public Task<bool> UntilAsync(ulong number, ulong acknowledged)
    {
        if (number <= acknowledged) return Task.FromResult(true);

        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waits.Enqueue((number, done));
        return done.Task;
    }

    /// <summary>Everything up to this number is acknowledged.</summary>
    public void Reached(ulong acknowledged)
    {
        while (_waits.TryPeek(out var first) && first.Number <= acknowledged) _waits.Dequeue().Done.TrySetResult(true);
    }

    /// <summary>Nothing more will be.</summary>
    public void GiveUp()
    {
        while (_waits.TryDequeue(out var wait)) wait.Done.TrySetResult(false);
    }
}
