using Edge.Storage.Files;

namespace Edge.Storage.Log;

/// <summary>Files in a folder, for this user only.</summary>
internal sealed class DiskLogFiles : ILogFiles
{
    /// <summary>Makes the folder where it is missing.</summary>
    public DiskLogFiles(string folder)
    {
        Folder = folder;
        PrivateFile.CreateFolderOf(Path.Combine(folder, "x"));
    }

    public string Folder { get; }

    public IEnumerable<string> Names() => Directory.EnumerateFiles(Folder).Select(path => Path.GetFileName(path));

    public ILogFile Create(string name, long size)
    {
        var file = new DiskLogFile(PrivateFile.Create(Path.Combine(Folder, name), size));
        file.SetLength(size); // else each commit would also write the file's new length
        return file;
    }

    public ILogFile Open(string name) => new DiskLogFile(PrivateFile.Open(Path.Combine(Folder, name), FileShare.ReadWrite));

    public void Rename(string from, string to) => File.Move(Path.Combine(Folder, from), Path.Combine(Folder, to), overwrite: false);

    public void Delete(string name) => File.Delete(Path.Combine(Folder, name));

    public void Flush() => DiskSync.Folder(Folder);

    private sealed class DiskLogFile(FileStream stream) : ILogFile
    {
        public long Length => RandomAccess.GetLength(stream.SafeFileHandle);

        public int Read(Span<byte> to, long offset)
        {
            var read = 0;
            while (read < to.Length && RandomAccess.Read(stream.SafeFileHandle, to[read..], offset + read) is > 0 and var more) read += more;
            return read;
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(stream.SafeFileHandle, bytes, offset);

        public void SetLength(long length) => RandomAccess.SetLength(stream.SafeFileHandle, length);

        public void Flush() => DiskSync.Data(stream.SafeFileHandle);

        public void Dispose() => stream.Dispose();
    }
}
