using System.Buffers;

namespace Edge.Storage.Log;

/// <summary>Bytes that are appended to a log as one: all of them are found again, or none. Reused, so that writing allocates nothing.</summary>
public abstract class LogEntry
{
    // What a large message made of the buffer is not kept for the next one.
    private const int MaxKept = 16 * 1024;

    private byte[] _buffer = [];

    internal LogEntry? Next { get; set; }

    internal ILogWaiter? Waiter { get; set; }

    /// <summary>Set where the log is too full for it.</summary>
    internal bool IsRefused { get; set; }

    /// <summary>True where nobody is told, and nothing breaks when it is written late.</summary>
    internal bool IsLazy => !Grows && Waiter is null;

    /// <summary>True where the log grows by it: it is refused when the log is full, and flushed to the disk whether somebody waits or not. False for
    /// what only takes away: that is always taken, and may be written late where nobody waits.</summary>
    public bool Grows { get; protected set; }

    /// <summary>The bytes so far.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes so far.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, Length);

    /// <summary>Gives room for <paramref name="size"/> bytes; <see cref="Advance"/> says how many were used.</summary>
    protected Span<byte> Reserve(int size)
    {
        if (_buffer.Length - Length < size) Enlarge(size);
        return _buffer.AsSpan(Length);
    }

    /// <summary>Takes the next <paramref name="size"/> reserved bytes.</summary>
    protected void Advance(int size) => Length += size;

    /// <summary>Makes it empty again.</summary>
    internal void Clear()
    {
        (Next, Waiter, IsRefused, Length, Grows) = (null, null, false, 0, false);
        if (_buffer.Length <= MaxKept) return;

        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private void Enlarge(int size)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(256, Math.Max(Length + size, _buffer.Length * 2)));
        Bytes.CopyTo(larger);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
