namespace Edge.Storage.Log;

/// <summary>Waits by a task, for those who can afford one.</summary>
public sealed class TaskWaiter : ILogWaiter
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when it is safe; fails with the reason why it is not stored.</summary>
    public Task Task => _done.Task;

    /// <inheritdoc/>
    public void OnCommitted(Exception? error)
    {
        if (error is null) _done.TrySetResult();
        else _done.TrySetException(error);
    }
}
