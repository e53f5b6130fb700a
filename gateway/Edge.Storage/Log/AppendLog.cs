using Edge.Storage.Files;

namespace Edge.Storage.Log;

/// <summary>
/// An append-only log in a folder: entries become durable in the order of posting, many with one flush of the disk; <c>kill -9</c> and power cuts lose
/// nothing that was told to be safe. Space comes back as a whole file when nothing in it is needed, or by copying the little that is.
/// </summary>
public sealed class AppendLog : IAsyncDisposable
{
    private readonly FolderLock? _lock;
    private readonly LogLine _line;
    private readonly LogThread _thread;
    private readonly LogFolder _folder;
    private readonly Task _work;

    private AppendLog(FolderLock? folderLock, LogFolder folder, LogLine line, LogThread thread)
    {
        (_lock, _folder, _line, _thread) = (folderLock, folder, line, thread);
        // A thread of its own: a flush blocks for as long as the card takes.
        _work = Task.Factory.StartNew(thread.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Opens the log in a folder, making it (for this user only) where it is missing, and tells the owner what is in it.</summary>
    /// <exception cref="StorageException">It is in use, not readable, or of a newer version.</exception>
    public static AppendLog Open(string folder, ILogOwner owner, LogOptions options, TimeProvider clock)
    {
        FolderLock? folderLock = null;
        try
        {
            var files = new DiskLogFiles(folder);
            folderLock = FolderLock.Take(Path.Combine(folder, "lock"));
            return Open(files, folderLock, owner, options, clock);
        }
        catch (Exception error)
        {
            folderLock?.Dispose();
            if (error is IOException or UnauthorizedAccessException) throw LogFault.Explain(folder, error);
            throw;
        }
    }

    /// <summary>As above, on any files.</summary>
    internal static AppendLog Open(ILogFiles files, FolderLock? folderLock, ILogOwner owner, LogOptions options, TimeProvider clock)
    {
        var folder = new LogFolder(files, options);
        var segments = new SegmentSet();
        var line = new LogLine(options, clock);
        var thread = new LogThread(line, folder, segments, owner, options);
        thread.Continue(Recover(folder, owner, segments, out var lastCommit), lastCommit);
        return new(folderLock, folder, line, thread);
    }

    /// <summary>True while more waits for the disk than <c>storage:log:maxPendingMegabytes</c>.</summary>
    public bool IsFull => _line.IsFull;

    /// <summary>What it takes and has done.</summary>
    public LogFigures Figures => _thread.Figures;

    /// <summary>Puts an entry in line; it belongs to the log until <see cref="ILogOwner.Release"/>.</summary>
    public void Post(LogEntry entry, ILogWaiter? waiter)
    {
        entry.Waiter = waiter;
        if (!_line.TryPost(entry)) waiter?.OnCommitted(LogFault.Closed(_folder.Path));
    }

    /// <summary>Completes when the line has room.</summary>
    public ValueTask WaitForRoomAsync(CancellationToken cancel = default) => _line.WaitForRoomAsync(cancel);

    /// <summary>Writes what is in line, then takes nothing more.</summary>
    public async ValueTask DisposeAsync()
    {
        _line.Close();
        await _work.ConfigureAwait(false);
        _line.Dispose();
        _thread.Dispose();
        _lock?.Dispose();
    }

    // Returns the newest file, to be written on.
    private static ILogFile? Recover(LogFolder folder, ILogOwner owner, SegmentSet segments, out long lastCommit)
    {
        var recovery = new LogRecovery(owner, segments);
        var opened = folder.OpenAll(owner.Format, (name, bytes) => owner.Damaged(name, 0, bytes)).ToList();
        try
        {
            foreach (var (segment, file) in opened) recovery.Read(segment, file, isLast: segment == opened[^1].Segment);
            owner.Settle(segments);
            foreach (var (segment, file) in opened.Where(one => one.Segment.Live > 0)) Load(owner, segment, file);
        }
        catch
        {
            foreach (var (_, file) in opened) file.Dispose();
            throw;
        }

        foreach (var (_, file) in opened.SkipLast(1)) file.Dispose();
        lastCommit = recovery.Commit;
        return opened.Count == 0 ? null : opened[^1].File;
    }

    private static void Load(ILogOwner owner, Segment segment, ILogFile file)
    {
        var reader = new SegmentReader(file, segment.Header, segment.Length);
        while (reader.Position < reader.End)
        {
            if (reader.TryRead(out var records)) owner.Load(records, segment.Number);
            else reader.Position = reader.FindNext();
        }
    }
}
