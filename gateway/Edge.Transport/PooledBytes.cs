using System.Buffers;

namespace Edge.Transport;

/// <summary>Bytes that grow in an array of the shared pool; holds none while it is empty.</summary>
internal struct PooledBytes
{
    private const int FirstSize = 256;

    private byte[]? _array;

    /// <summary>How many there are.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes, as long as nothing is added or returned.</summary>
    public readonly ReadOnlyMemory<byte> Memory => _array.AsMemory(0, Length);

    /// <summary>True where it holds an array of the pool.</summary>
    public readonly bool HasArray => _array is not null;

    /// <summary>Room for <paramref name="count"/> bytes at the end; they count once <see cref="Added"/> is called.</summary>
    /// <param name="count">How many are to be written.</param>
    /// <param name="likely">How many there may be in the end: saves growing.</param>
    public Span<byte> RoomFor(int count, int likely)
    {
        MakeRoom(count, likely);
        return _array.AsSpan(Length, count);
    }

    /// <summary>All the room there is behind the bytes, and at least <paramref name="least"/>.</summary>
    public Memory<byte> MemoryFor(int least, int likely)
    {
        MakeRoom(least, likely);
        return _array.AsMemory(Length);
    }

    /// <summary>Counts what was written into the room.</summary>
    public void Added(int count) => Length += count;

    /// <summary>Gives the array back, and is empty.</summary>
    public void Return()
    {
        if (_array is not null) ArrayPool<byte>.Shared.Return(_array);
        this = default;
    }

    private void MakeRoom(int count, int likely)
    {
        if (_array is null) _array = ArrayPool<byte>.Shared.Rent(Math.Max(FirstSize, Math.Max(count, likely)));
        else if (_array.Length - Length < count) Grow(count);
    }

    private void Grow(int count)
    {
        var larger = ArrayPool<byte>.Shared.Rent(checked(Math.Max(Length + count, (int)Math.Min(Length * 2L, Array.MaxLength))));
        _array.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_array!);
        _array = larger;
    }
}
