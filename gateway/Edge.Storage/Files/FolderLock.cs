namespace Edge.Storage.Files;

/// <summary>Keeps a second gateway off the same data: it would answer from half of the truth. The kernel lets go of the lock when a process dies.</summary>
internal sealed class FolderLock : IDisposable
{
    // What .NET puts into HResult when another process has the lock: errno on Unix, an HRESULT on Windows.
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;
    private const int SharingViolation = unchecked((int)0x80070020);

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
        catch (IOException error) when (error.HResult is LinuxWouldBlock or MacWouldBlock or SharingViolation)
        {
            throw new StorageException($"{path} is held by another process: stop the other gateway, or give this one another data folder.", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
