namespace Edge.Storage;

/// <summary>The storage cannot do what was asked: the disk is full, the database is damaged, or another process has it. The message says what
/// to do about it. The storage goes on: a later call may succeed.</summary>
public sealed class StorageException : Exception
{
    /// <summary>With a message that names the remedy.</summary>
    public StorageException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
