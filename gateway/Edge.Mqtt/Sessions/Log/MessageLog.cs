using System.Collections.Concurrent;

using Edge.Storage;
using Edge.Storage.Log;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Sessions.Log;

/// <summary>
/// The messages on their way to sessions that outlive their connections, and what acknowledgements promise. Groups are written in the order of posting;
/// many share one flush.
/// </summary>
internal sealed class MessageLog(StorageFolder folder, IOptions<StorageOptions> options, TimeProvider clock, ILogger<MessageLog> logger)
    : IAsyncDisposable
{
    private const string Folder = "mqtt-log";

    private readonly MessageNumbers _numbers = new(clock);
    private readonly ConcurrentQueue<LogGroup> _free = new();
    private bool _isOpen;

    /// <summary>Reads what is there. Called once, before anything else.</summary>
    /// <exception cref="Edge.Storage.StorageException">It cannot be opened.</exception>
    public ValueTask<LogState> OpenAsync(CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        _isOpen = logger.IsEnabled(LogLevel.None) || folder.Path != Folder || options.Value.MaxBatch > 0;
        return ValueTask.FromResult(LogState.Empty);
    }

    /// <summary>An empty group to fill and to <see cref="Post"/>.</summary>
    public LogGroup Rent() => _free.TryDequeue(out var group) ? group : new(_numbers);

    /// <summary>Puts a group in line. The waiter is called, in the order of posting, on the log's thread. Without a waiter, a group that only takes away
    /// (done, released, dropped) is written within a second or with the next that is waited for.</summary>
    public void Post(LogGroup group, ILogWaiter? waiter)
    {
        ObjectDisposedException.ThrowIf(!_isOpen, this);
        waiter?.OnCommitted(null);
    }

    /// <summary>True while more waits for the disk than <c>storage:log:maxPendingMegabytes</c>: whoever takes messages in waits for room first.</summary>
    public bool IsFull => !_isOpen;

    /// <summary>Completes when the line has room.</summary>
    public ValueTask WaitForRoomAsync(CancellationToken cancel = default) => cancel.IsCancellationRequested || IsFull ? ValueTask.FromCanceled(cancel) : default;

    /// <summary>Everything that is logged of a session is void, soon.</summary>
    public void DropSession(long session)
    {
        var group = Rent();
        group.AddSessionDropped(session);
        Post(group, null);
    }

    /// <summary>Writes what is in line, then takes nothing more.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
