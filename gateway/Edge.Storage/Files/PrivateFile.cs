namespace Edge.Storage.Files;

/// <summary>Files and folders that only this user can read. (Windows gives a user's folders to that user by itself.)</summary>
public static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a folder, and those that it lies in, where they are missing.</summary>
    public static DirectoryInfo CreateFolder(string path) => OperatingSystem.IsWindows()
        ? Directory.CreateDirectory(path)
        : Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);

    /// <summary>Makes the folder that <paramref name="path"/> lies in.</summary>
    public static void CreateFolderOf(string path) => CreateFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);

    /// <summary>Writes a file as a whole: after a power cut there is the old one, or the new.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> bytes)
    {
        var half = path + ".new";
        File.Delete(half);
        using (var file = Open(half, FileShare.None))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(half, path, overwrite: true);
    }

    /// <summary>Makes a file that is not there yet, with room on the disk for <paramref name="size"/> bytes where the file system can promise that.</summary>
    /// <exception cref="IOException">There is no such room, or there is such a file.</exception>
    public static FileStream Create(string path, long size)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite,
            PreallocationSize = size,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }

    /// <summary>Opens a file, making it where it is missing.</summary>
    public static FileStream Open(string path, FileShare share)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }
}
