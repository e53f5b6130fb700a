using System.Buffers.Binary;

namespace Edge.Storage.Log;

/// <summary>What stands before the bytes of each commit. A frame is found again whole or not at all.</summary>
/// <param name="Length">Bytes that follow.</param>
/// <param name="Commit">Counts flushes: a frame with a higher number was written after all frames with lower ones were on the disk.</param>
/// <param name="Crc">The checksum.</param>
internal readonly record struct FrameHeader(int Length, long Commit, uint Crc)
{
    public const int Size = 20;

    /// <summary>The first bytes, by which frames behind a damaged one are found.</summary>
    public static ReadOnlySpan<byte> Magic => "EFr1"u8;

    /// <summary>Fills in the header of a frame whose body stands behind it already.</summary>
    public static void Write(Span<byte> frame, long commit, uint salt)
    {
        Magic.CopyTo(frame);
        BinaryPrimitives.WriteInt32LittleEndian(frame[4..], frame.Length - Size);
        BinaryPrimitives.WriteInt64LittleEndian(frame[8..], commit);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[16..], CrcOf(frame[4..16], frame[Size..], salt));
    }

    /// <summary>False where <paramref name="bytes"/> do not begin with one.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FrameHeader header)
    {
        header = default;
        if (bytes.Length < Size || !bytes.StartsWith(Magic)) return false;

        header = new(
            BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]));
        return header.Length > 0;
    }

    /// <summary>True where the whole frame is as it was written.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> frame, uint salt) =>
        BinaryPrimitives.ReadUInt32LittleEndian(frame[16..]) == CrcOf(frame[4..16], frame[Size..], salt);

    private static uint CrcOf(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, uint salt) => Checksum.Of(body, Checksum.Of(head, salt));
}
