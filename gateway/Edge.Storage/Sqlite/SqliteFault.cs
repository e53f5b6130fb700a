using Microsoft.Data.Sqlite;

namespace Edge.Storage.Sqlite;

/// <summary>Says in words what SQLite's result codes mean for the operator (https://sqlite.org/rescode.html).</summary>
internal static class SqliteFault
{
    private const int ReadOnly = 8;
    private const int IoError = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    /// <summary>The error for callers, with the file and the remedy.</summary>
    public static StorageException Explain(string path, Exception error) => new(Text(path, error), error);

    private static string Text(string path, Exception error) => CodeOf(error) switch
    {
        Full => $"The disk is full: nothing was stored in {path}. Free some space; no restart is needed.",
        Corrupt => $"{path} is damaged. Stop the gateway and put a backup in its place. To save what can be read: sqlite3 {path} .recover | sqlite3 new.db",
        NotADatabase => $"{path} is not a database of this program. Nothing was changed: move the file away to begin anew, or put a backup in its place.",
        ReadOnly or CannotOpen => $"{path} cannot be written ({error.Message}): give this user the right to write the file and its folder.",
        IoError => $"The disk that holds {path} fails ({error.Message}) Look at the system's log; an SD card that wears out does this.",
        _ => $"{path} cannot be used ({error.Message})",
    };

    // A file or folder that cannot be made is the same to the operator, whether SQLite or .NET met it.
    private static int? CodeOf(Exception error) => error switch
    {
        SqliteException known => known.SqliteErrorCode,
        IOException or UnauthorizedAccessException => CannotOpen,
        _ => null,
    };
}
