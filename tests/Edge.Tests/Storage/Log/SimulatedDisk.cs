using Edge.Storage.Log;

namespace Edge.Tests.Storage.Log;

/// <summary>Files in memory on a disk that can be full, fail, and lose its power: then each sector that was not flushed is there or is not, as it comes.</summary>
internal sealed class SimulatedDisk : ILogFiles
{
    private const int Sector = 512;
    private const int NoSpace = 28;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Content> _files = [];
    private Dictionary<string, Content> _durableNames = [];

    public string Folder => "/simulated";

    /// <summary>The most that all files may take; beyond, writing fails.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    /// <summary>Flushes of file contents that fail from now on.</summary>
    public int FailingFlushes { get; set; }

    /// <summary>Flushes of the folder that fail from now on.</summary>
    public int FailingFolderFlushes { get; set; }

    public int Flushes { get; private set; }

    public long Used
    {
        get
        {
            lock (_lock) return _files.Values.Sum(file => (long)file.Bytes.Length);
        }
    }

    public IEnumerable<string> Names()
    {
        lock (_lock) return [.. _files.Keys];
    }

    /// <summary>The bytes of a file, to look at and to damage.</summary>
    public byte[] this[string name]
    {
        get
        {
            lock (_lock) return _files[name].Bytes;
        }

        set
        {
            lock (_lock) _files[name] = new() { Bytes = value, Durable = [.. value] };
        }
    }

    public ILogFile Create(string name, long size)
    {
        lock (_lock)
        {
            var content = new Content();
            _files.Add(name, content);
            Grow(content, size);
            return new SimulatedFile(this, content);
        }
    }

    public ILogFile Open(string name)
    {
        lock (_lock) return new SimulatedFile(this, _files[name]);
    }

    public void Rename(string from, string to)
    {
        lock (_lock)
        {
            _files.Add(to, _files[from]);
            _files.Remove(from);
        }
    }

    public void Delete(string name)
    {
        lock (_lock) _files.Remove(name);
    }

    public void Flush()
    {
        lock (_lock)
        {
            if (FailingFolderFlushes > 0)
            {
                FailingFolderFlushes--;
                throw new IOException("Input/output error", 5);
            }

            _durableNames = new(_files);
        }
    }

    /// <summary>The disk as it is found after the power went just now.</summary>
    public SimulatedDisk AfterPowerCut(Random random)
    {
        lock (_lock)
        {
            var after = new SimulatedDisk();
            foreach (var (name, content) in _durableNames) after[name] = content.Mix(random);
            after.Flush();
            return after;
        }
    }

    private void Grow(Content content, long length)
    {
        if (Used - content.Bytes.Length + length > Capacity) throw new IOException("No space left on device", NoSpace);
        Array.Resize(ref content.Bytes, (int)length);
    }

    private sealed class Content
    {
        public byte[] Bytes = [];
        public byte[] Durable = [];

        public byte[] Mix(Random random)
        {
            var mixed = new byte[Math.Max(Bytes.Length, Durable.Length)];
            Durable.CopyTo(mixed, 0);
            for (var at = 0; at < Bytes.Length; at += Sector)
            {
                if (random.Next(2) == 0) Bytes.AsSpan(at, Math.Min(Sector, Bytes.Length - at)).CopyTo(mixed.AsSpan(at));
            }

            return mixed.AsSpan(0, random.Next(2) == 0 ? Durable.Length : mixed.Length).ToArray();
        }
    }

    private sealed class SimulatedFile(SimulatedDisk disk, Content content) : ILogFile
    {
        public long Length
        {
            get
            {
                lock (disk._lock) return content.Bytes.Length;
            }
        }

        public int Read(Span<byte> to, long offset)
        {
            lock (disk._lock)
            {
                var from = content.Bytes.AsSpan((int)Math.Min(offset, content.Bytes.Length));
                var count = Math.Min(from.Length, to.Length);
                from[..count].CopyTo(to);
                return count;
            }
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            lock (disk._lock)
            {
                if (offset + bytes.Length > content.Bytes.Length)
                {
                    // As a disk does: what fits is written, then it fails.
                    var fits = (int)Math.Clamp(content.Bytes.Length - offset, 0, bytes.Length);
                    bytes[..fits].CopyTo(content.Bytes.AsSpan((int)Math.Min(offset, content.Bytes.Length)));
                    disk.Grow(content, offset + bytes.Length);
                }

                bytes.CopyTo(content.Bytes.AsSpan((int)offset));
            }
        }

        public void SetLength(long length)
        {
            lock (disk._lock)
            {
                if (length > content.Bytes.Length) disk.Grow(content, length);
                else Array.Resize(ref content.Bytes, (int)length);
            }
        }

        public void Flush()
        {
            lock (disk._lock)
            {
                disk.Flushes++;
                if (disk.FailingFlushes > 0)
                {
                    disk.FailingFlushes--;
                    throw new IOException("Input/output error", 5);
                }

                content.Durable = [.. content.Bytes];
            }
        }

        public void Dispose()
        {
        }
    }
}
