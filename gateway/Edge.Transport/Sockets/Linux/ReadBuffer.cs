using System.Buffers;

namespace Edge.Transport.Sockets.Linux;

/// <summary>
/// What a reader has and has not consumed: a slice of the loop's slab while it looks at it, an array of the pool for a rest that stays, or nothing. One piece
/// always, so that whoever parses needs to look at one span. Belongs to the loop while a read waits, otherwise to the reader.
/// </summary>
internal struct ReadBuffer
{
    // A rest up to this size is put in front of what the loop receives next; a larger one grows in its own array, so that no byte is moved often.
    private const int MaxMovedRest = 4 * 1024;

    private ReceiveSlab? _slab;
    private byte[]? _array; // the slab's, or rented
    private int _start;
    private bool _isAllExamined;

    /// <summary>Behind the last byte.</summary>
    public int End { get; private set; }

    /// <summary>True where there are bytes that the reader has not looked at.</summary>
    public readonly bool HasUnexamined => _array is not null && !_isAllExamined;

    public readonly ReadOnlySequence<byte> Content => _array is null ? ReadOnlySequence<byte>.Empty : new(_array, _start, End - _start);

    private readonly int Length => End - _start;

    /// <summary>True where what was received into <paramref name="slab"/> is still held.</summary>
    public readonly bool Holds(ReceiveSlab slab) => Volatile.Read(in _slab) == slab;

    /// <summary>Receives behind the rest, no more than <paramref name="most"/> bytes as long as messages are short.</summary>
    /// <returns>As recv: 0 at the end, -1 with an error.</returns>
    public int Receive(int fd, ReceiveSlab slab, int most) => Length <= MaxMovedRest ? ReceiveInto(fd, slab, most) : ReceiveMore(fd);

    /// <summary>Lets go of what is consumed.</summary>
    public void Advance(SequencePosition consumed, SequencePosition examined)
    {
        if (_array is null) return;
        var from = IndexOf(consumed);
        _isAllExamined = IndexOf(examined) >= End;
        if (from == End) Release();
        else Keep(from);
    }

    public void Release()
    {
        var (slab, array) = (_slab, _array);
        (_array, _start, End) = (null, 0, 0);
        Volatile.Write(ref _slab, null);
        if (slab is not null) slab.Release();
        else if (array is not null) ArrayPool<byte>.Shared.Return(array);
    }

    private readonly int IndexOf(SequencePosition position)
    {
        var index = position.GetInteger() & int.MaxValue;
        if (position.GetObject() != _array || index < _start || index > End) throw new InvalidOperationException("The position is not in what was read.");
        return index;
    }

    // A rest in the slab moves into an array of its own, as small as it is; one in a large array of its own moves when most of that is consumed.
    private void Keep(int from)
    {
        var length = End - from;
        if (_slab is null && _array!.Length <= Math.Max(MaxMovedRest, length * 4))
        {
            _start = from;
            return;
        }

        var array = ArrayPool<byte>.Shared.Rent(length);
        _array.AsSpan(from, length).CopyTo(array);
        Release();
        (_array, _start, End) = (array, 0, length);
    }

    private unsafe int ReceiveInto(int fd, ReceiveSlab slab, int most)
    {
        var rest = Length;
        var to = slab.Next + rest;
        int count;
        fixed (byte* start = slab.Array) count = (int)Native.Receive(fd, start + to, (nuint)most, 0);
        if (count <= 0) return count;

        if (rest > 0) _array.AsSpan(_start, rest).CopyTo(slab.Array.AsSpan(slab.Next));
        Release();
        slab.AddUser();
        (_array, _start, End) = (slab.Array, slab.Next, to + count);
        _slab = slab;
        _isAllExamined = false;
        return count;
    }

    private unsafe int ReceiveMore(int fd)
    {
        if (_array!.Length - End < Length) MakeRoom();
        int count;
        fixed (byte* start = _array) count = (int)Native.Receive(fd, start + End, (nuint)(_array.Length - End), 0);
        if (count > 0)
        {
            End += count;
            _isAllExamined = false;
        }

        return count;
    }

    private void MakeRoom()
    {
        var length = Length;
        var array = ArrayPool<byte>.Shared.Rent(checked(length * 2));
        _array.AsSpan(_start, length).CopyTo(array);
        Release();
        (_array, _start, End) = (array, 0, length);
    }
}
