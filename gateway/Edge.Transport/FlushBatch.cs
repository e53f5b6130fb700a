using System.Runtime.ExceptionServices;

namespace Edge.Transport;

/// <summary>
/// What one thread posts between <see cref="Enter"/> and <see cref="Leave"/> goes out once per outbox, at the end: a hundred small messages for one
/// peer become one system call. Never held across an await.
/// </summary>
public sealed class FlushBatch
{
    [ThreadStatic]
    private static FlushBatch? _current;

    private readonly List<IFlushable> _dirty = [];
    private bool _isOpen;

    private FlushBatch()
    {
    }

    /// <summary>Opens the thread's batch, unless it is open.</summary>
    /// <returns>True where this call opened it: the caller then owes a <see cref="Leave"/>.</returns>
    public static bool Enter()
    {
        var batch = _current ??= new();
        if (batch._isOpen) return false;
        return batch._isOpen = true;
    }

    /// <summary>Flushes every outbox that was posted to, and closes the thread's batch.</summary>
    public static void Leave()
    {
        if (_current is not { _isOpen: true } batch) return;

        ExceptionDispatchInfo? bug = null;
        // By index: what a flush completes may post to others.
        for (var i = 0; i < batch._dirty.Count; i++)
        {
            try
            {
                batch._dirty[i].Flush();
            }
            catch (Exception e) // whoever listens to one outbox has a bug: the others' messages go out all the same
            {
                bug ??= ExceptionDispatchInfo.Capture(e);
            }
        }

        batch._dirty.Clear();
        batch._isOpen = false;
        bug?.Throw();
    }

    /// <summary>True where the thread's batch is open; the outbox is then flushed at its end.</summary>
    internal static bool TryAdd(IFlushable outbox)
    {
        if (_current is not { _isOpen: true } batch) return false;
        batch._dirty.Add(outbox);
        return true;
    }

    /// <summary>True where this thread collects.</summary>
    internal static bool IsOpen => _current is { _isOpen: true };
}
