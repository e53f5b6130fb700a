using System.Buffers.Binary;

namespace Edge.Storage.Log;

/// <summary>The first bytes of each file of a log.</summary>
/// <param name="Format">What the owner's records are, and their version.</param>
/// <param name="Salt">A random number that goes into the checksum of every frame of this file: frames that are left of the file's earlier life, and
/// bytes that a sender made to look like a frame, do not match.</param>
/// <param name="Number">The place of the file in the log, from one.</param>
/// <param name="Commit">The number of the last commit before the file was begun.</param>
/// <param name="Mark">A number of the owner's, as it was then.</param>
internal readonly record struct SegmentHeader(uint Format, uint Salt, long Number, long Commit, long Mark)
{
    public const int Size = 44;

    private static ReadOnlySpan<byte> Magic => "EDGELOG1"u8;

    public void Write(Span<byte> to)
    {
        Magic.CopyTo(to);
        BinaryPrimitives.WriteUInt32LittleEndian(to[8..], Format);
        BinaryPrimitives.WriteUInt32LittleEndian(to[12..], Salt);
        BinaryPrimitives.WriteInt64LittleEndian(to[16..], Number);
        BinaryPrimitives.WriteInt64LittleEndian(to[24..], Commit);
        BinaryPrimitives.WriteInt64LittleEndian(to[32..], Mark);
        BinaryPrimitives.WriteUInt32LittleEndian(to[40..], Checksum.Of(to[..40]));
    }

    /// <summary>False where <paramref name="bytes"/> are no header.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out SegmentHeader header)
    {
        header = default;
        if (bytes.Length < Size || !bytes.StartsWith(Magic) || BinaryPrimitives.ReadUInt32LittleEndian(bytes[40..]) != Checksum.Of(bytes[..40]))
            return false;

        header = new(
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]));
        return true;
    }
}
