using System.Buffers.Binary;
using System.Numerics;

namespace Edge.Storage.Log;

/// <summary>CRC-32C (Castagnoli), which processors compute by themselves.</summary>
internal static class Checksum
{
    /// <summary>Of <paramref name="bytes"/>; <paramref name="before"/> is the result for what comes before them, or a salt.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes, uint before = 0)
    {
        var crc = ~before;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var single in bytes) crc = BitOperations.Crc32C(crc, single);
        return ~crc;
    }
}
