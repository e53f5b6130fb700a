namespace Edge.Storage.Files;

/// <summary>Keeps a second gateway off the same data: it would answer from half of the truth. The kernel lets go of the lock when a process dies.</summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <exception cref="StorageException">Another process holds it.</exception>
    public static FolderLock Take(string path)
    {
        try
        {
            return new(PrivateFile.Open(path, FileShare.None));
        }
        catch (IOException error)
        {
            throw new StorageException($"{path} is held by another process: stop the other gateway, or give this one another data folder.", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
