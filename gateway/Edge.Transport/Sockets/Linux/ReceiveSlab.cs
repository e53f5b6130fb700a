using System.Buffers;

namespace Edge.Transport.Sockets.Linux;

/// <summary>
/// What a loop receives into. A reader that is done before the loop's next receive leaves it free for that one; a reader that is not keeps its slice, the next
/// receive goes behind it, and the array returns to the pool with its last user.
/// </summary>
internal sealed class ReceiveSlab
{
    private const int Size = 64 * 1024;
    private const int LeastRoom = 16 * 1024;

    private int _users = 1; // the loop

    public byte[] Array { get; } = ArrayPool<byte>.Shared.Rent(Size);

    /// <summary>Where the next receive goes. The loop's.</summary>
    public int Next { get; private set; }

    /// <summary>True where there is too little room for a receive that is worth its call.</summary>
    public bool IsUsedUp => Array.Length - Next < LeastRoom;

    /// <summary>Keeps the receive that ends at <paramref name="end"/>. The loop's.</summary>
    public void KeepUntil(int end) => Next = end;

    public void AddUser() => Interlocked.Increment(ref _users);

    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0) ArrayPool<byte>.Shared.Return(Array);
    }
}
