using System.Collections.Concurrent;

using Edge.Storage;
using Edge.Storage.Log;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Sessions.Log;

/// <summary>
/// The messages on their way to sessions that outlive their connections, and what acknowledgements promise. Groups are written in the order of posting;
/// many share one flush. With <c>storage:driver: memory</c> nothing is kept, and waiters are called at once, by whoever posts.
/// </summary>
internal sealed class MessageLog(StorageFolder folder, IOptions<LogOptions> options, TimeProvider clock, ILogger<MessageLog> logger)
    : IAsyncDisposable
{
    private const string Folder = "mqtt-log";

    private readonly MessageNumbers _numbers = new(clock);
    private readonly ConcurrentQueue<LogGroup> _free = new();
    private AppendLog? _log;

    /// <summary>True while more waits for the disk than <c>storage:log:maxPendingMegabytes</c>: whoever takes messages in waits for room first.</summary>
    public bool IsFull => _log is { IsFull: true };

    /// <summary>What the log takes and has done; zeros where nothing is kept.</summary>
    public LogFigures Figures => _log?.Figures ?? default;

    /// <summary>Reads what is there. Called once, before anything else.</summary>
    /// <exception cref="StorageException">It cannot be opened: in use, not readable, or of a newer version.</exception>
    public async ValueTask<LogState> OpenAsync(CancellationToken cancel = default)
    {
        if (folder.Path is null) return LogState.Empty;

        var path = Path.Combine(folder.Path, Folder);
        var owner = new MessageLogOwner(path, _numbers, _free, logger);
        _log = await Task.Run(() => AppendLog.Open(path, owner, options.Value, clock), cancel).ConfigureAwait(false);
        return owner.TakeState();
    }

    /// <summary>An empty group to fill and to <see cref="Post"/>.</summary>
    public LogGroup Rent() => _free.TryDequeue(out var group) ? group : new(_numbers);

    /// <summary>Puts a group in line. The waiter is called, in the order of posting, on the log's thread. Without a waiter, a group that only takes away
    /// (done, released, dropped) is written within <c>storage:log:lazyMilliseconds</c>, or with the next one that is waited for.</summary>
    public void Post(LogGroup group, ILogWaiter? waiter)
    {
        if (_log is { } log) log.Post(group, waiter);
        else waiter?.OnCommitted(folder.Path is null ? null : new StorageException("The message log is not open."));
    }

    /// <summary>Completes when the line has room.</summary>
    public ValueTask WaitForRoomAsync(CancellationToken cancel = default) => _log?.WaitForRoomAsync(cancel) ?? ValueTask.CompletedTask;

    /// <summary>Everything that is logged of a session is void, soon.</summary>
    public void DropSession(long session)
    {
        var group = Rent();
        group.AddSessionDropped(session);
        Post(group, null);
    }

    /// <summary>Writes what is in line, then takes nothing more.</summary>
    public ValueTask DisposeAsync() => _log?.DisposeAsync() ?? ValueTask.CompletedTask;
}
