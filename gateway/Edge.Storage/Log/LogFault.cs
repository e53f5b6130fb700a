namespace Edge.Storage.Log;

/// <summary>Says in words what went wrong with a log, and what to do.</summary>
internal static class LogFault
{
    // What the C library and Windows call a full disk, a used-up quota and a file that may not grow.
    private static readonly int[] Full = [28, 122, 27, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    public static StorageException Explain(string folder, Exception error) => error as StorageException ?? new(Text(folder, error), error);

    public static StorageException AtLimit(string folder, LogOptions options) => new(
        $"{folder} holds {options.MaxMegabytes} MB, all it may: nothing new is stored until something is done with. Raise storage:log:maxMegabytes, or look for clients that never come back.");

    public static StorageException Closed(string folder) => new($"{folder} is closed: the program is stopping.");

    private static string Text(string folder, Exception error) => error switch
    {
        IOException when Full.Contains(error.HResult) => $"The disk is full: nothing was stored in {folder}. Free some space; no restart is needed.",
        UnauthorizedAccessException => $"{folder} cannot be written: give this user the right to write the folder and its files.",
        _ => $"The disk that holds {folder} fails ({error.Message}) Look at the system's log; an SD card that wears out does this.",
    };
}
