using System.Security.Cryptography;

namespace Edge.Storage.Log;

/// <summary>
/// Names and makes the files of a log. A file that is done with becomes the next one: writing over blocks that the file has already costs half of what
/// new blocks cost, since the file system has nothing to note.
/// </summary>
internal sealed class LogFolder(ILogFiles files, LogOptions options)
{
    private const string Spare = "spare.log";
    private const string DamagedSuffix = ".damaged";

    private bool _hasSpare = files.Names().Contains(Spare);

    public string Path => files.Folder;

    /// <summary>The files that are there, oldest first; one whose header cannot be read is set aside and given to <paramref name="damaged"/>.</summary>
    /// <exception cref="StorageException">They are another program's, or a newer version's.</exception>
    public IEnumerable<(Segment Segment, ILogFile File)> OpenAll(uint format, Action<string, long> damaged)
    {
        foreach (var name in files.Names().Where(name => Segment.NumberOf(name) > 0).OrderBy(Segment.NumberOf).ToList())
        {
            var file = files.Open(name);
            if (ReadHeader(file) is not { } header || header.Number != Segment.NumberOf(name))
            {
                damaged(name, file.Length);
                file.Dispose();
                files.Rename(name, name + DamagedSuffix);
                continue;
            }

            if (header.Format != format)
            {
                file.Dispose();
                throw new StorageException(
                    $"{System.IO.Path.Combine(Path, name)} was written by a newer version of this program, or by another one: use that one, or another data folder.");
            }

            yield return (new Segment(header), file);
        }
    }

    /// <summary>Opens a file of the log.</summary>
    public ILogFile Open(Segment segment) => files.Open(segment.Name);

    /// <summary>Begins a file; when this returns it would survive a power cut.</summary>
    public (Segment Segment, ILogFile File) Begin(SegmentHeader header)
    {
        header = header with { Salt = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint))) };
        var segment = new Segment(header);
        var file = TakeSpare();
        try
        {
            Span<byte> bytes = stackalloc byte[SegmentHeader.Size];
            header.Write(bytes);
            file.Write(bytes, 0);
            file.Flush();
            // Left by an attempt whose last step failed: nothing was written to it.
            if (files.Names().Contains(segment.Name)) files.Delete(segment.Name);
            files.Rename(Spare, segment.Name);
            _hasSpare = false;
            files.Flush();
            return (segment, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>A file is done with.</summary>
    public void Retire(Segment segment)
    {
        if (_hasSpare) files.Delete(segment.Name);
        else files.Rename(segment.Name, Spare);
        _hasSpare = true;
        // Else a power cut could bring this one back without those behind it, which say what of it is done with.
        files.Flush();
    }

    private ILogFile TakeSpare()
    {
        if (!_hasSpare) return CreateSpare();

        var file = files.Open(Spare);
        file.SetLength(options.SegmentBytes);
        return file;
    }

    private ILogFile CreateSpare()
    {
        try
        {
            var file = files.Create(Spare, options.SegmentBytes);
            _hasSpare = true;
            return file;
        }
        catch (IOException)
        {
            files.Delete(Spare); // half of it helps nobody on a full disk
            throw;
        }
    }

    private static SegmentHeader? ReadHeader(ILogFile file)
    {
        Span<byte> bytes = stackalloc byte[SegmentHeader.Size];
        return file.Read(bytes, 0) == bytes.Length && SegmentHeader.TryRead(bytes, out var header) ? header : null;
    }
}
