using System.Threading.Channels;

using Edge.Storage;

using Microsoft.Extensions.Logging;

namespace Edge.Mqtt.Sessions;

/// <summary>
/// Writes the broker's changes in the order in which they were given, many in one commit: while one commit waits for the disk, the changes of all
/// other clients gather for the next. A Pi's card takes tens of commits a second, and thousands of messages that way.
/// </summary>
internal sealed partial class Journal(IStorage storage, ILogger<Journal> logger) : IAsyncDisposable
{
    // Bounds memory when the disk stalls; writers then wait, and with them their clients.
    private const int MaxWaiting = 4096;
    private const int MaxPerCommit = 512;

    private readonly Channel<Change> _changes = Channel.CreateBounded<Change>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly Lock _lock = new();
    private Task? _loop;

    /// <summary>Completes when <paramref name="change"/> is durable.</summary>
    /// <exception cref="IOException">The store failed, or the journal is closed: nothing was promised.</exception>
    public async Task WriteAsync(Action<StoreBatch> change, CancellationToken cancel = default)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await EnqueueAsync(new(change, done), cancel).ConfigureAwait(false);
        await done.Task.ConfigureAwait(false); // once in the queue it will be written: not cancelled, so that order holds
    }

    /// <summary>Completes when <paramref name="change"/> is in line: for what may be lost with the power, such as a removal that is done again.</summary>
    /// <exception cref="IOException">The journal is closed.</exception>
    public ValueTask PostAsync(Action<StoreBatch> change, CancellationToken cancel = default) => EnqueueAsync(new(change, null), cancel);

    /// <summary>As <see cref="PostAsync"/>, for callers that cannot wait; false where the line is full.</summary>
    public bool TryPost(Action<StoreBatch> change)
    {
        EnsureRunning();
        return _changes.Writer.TryWrite(new(change, null));
    }

    /// <summary>Writes what is in line, then takes nothing more.</summary>
    public async ValueTask DisposeAsync()
    {
        _changes.Writer.TryComplete();
        if (_loop is { } loop) await loop.ConfigureAwait(false);
    }

    private async ValueTask EnqueueAsync(Change change, CancellationToken cancel)
    {
        EnsureRunning();
        try
        {
            await _changes.Writer.WriteAsync(change, cancel).ConfigureAwait(false);
        }
        catch (ChannelClosedException e)
        {
            throw new IOException("The broker is stopping.", e);
        }
    }

    private void EnsureRunning()
    {
        if (_loop is not null) return;
        lock (_lock) _loop ??= Task.Run(RunAsync);
    }

    private async Task RunAsync()
    {
        var waiting = new List<TaskCompletionSource>();
        while (await _changes.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            waiting.Clear();
            var batch = new StoreBatch();
            for (var i = 0; i < MaxPerCommit && _changes.Reader.TryRead(out var change); i++)
            {
                Add(batch, change, waiting);
            }

            await CommitAsync(batch, waiting).ConfigureAwait(false);
        }
    }

    private void Add(StoreBatch batch, in Change change, List<TaskCompletionSource> waiting)
    {
        try
        {
            change.Apply(batch);
            if (change.Done is { } done) waiting.Add(done);
        }
        catch (Exception e) // a bug in one change must not take the others with it
        {
            LogCommitFailed(e);
            change.Done?.TrySetException(e);
        }
    }

    private async Task CommitAsync(StoreBatch batch, List<TaskCompletionSource> waiting)
    {
        try
        {
            await storage.CommitAsync(batch).ConfigureAwait(false);
            foreach (var done in waiting) done.TrySetResult();
        }
        catch (Exception e) // whatever the driver throws (disk full, file gone): those who wait must hear of it, and the loop must live
        {
            LogCommitFailed(e);
            foreach (var done in waiting) done.TrySetException(new IOException("The change could not be stored.", e));
        }
    }

    [LoggerMessage(EventId = 2000, Level = LogLevel.Error, Message = "MQTT state could not be stored; clients are not acknowledged until it can")]
    private partial void LogCommitFailed(Exception e);

    private readonly record struct Change(Action<StoreBatch> Apply, TaskCompletionSource? Done);
}
