namespace Edge.Storage.Log;

/// <summary>The files of one log, by name: the boundary to the disk, behind which a test can put a disk that is full, or one whose power is cut.</summary>
internal interface ILogFiles
{
    /// <summary>The folder, for texts.</summary>
    string Folder { get; }

    /// <summary>The names of all files.</summary>
    IEnumerable<string> Names();

    /// <summary>Makes a file with room for <paramref name="size"/> bytes; they read as zeros.</summary>
    ILogFile Create(string name, long size);

    /// <summary>Opens a file to read and write.</summary>
    ILogFile Open(string name);

    void Rename(string from, string to);

    void Delete(string name);

    /// <summary>Makes names durable.</summary>
    void Flush();
}

/// <summary>A file. Every member may throw <see cref="IOException"/>.</summary>
internal interface ILogFile : IDisposable
{
    long Length { get; }

    /// <summary>Reads until <paramref name="to"/> or the file is at its end.</summary>
    int Read(Span<byte> to, long offset);

    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Cuts or lengthens it, with zeros.</summary>
    void SetLength(long length);

    /// <summary>Returns when what was written is on the disk.</summary>
    void Flush();
}
