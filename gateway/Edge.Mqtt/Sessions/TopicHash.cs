using System.Runtime.InteropServices;

namespace Edge.Mqtt.Sessions;

/// <summary>A fast hash of a topic's bytes, for tables that compare the bytes as well. The upper bits are the better ones.</summary>
internal static class TopicHash
{
    // Eight bytes at a time.
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var hash = (ulong)bytes.Length;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes)) hash = (hash ^ word) * 0x9E3779B97F4A7C15;
        foreach (var rest in bytes[(bytes.Length & ~7)..]) hash = (hash ^ rest) * 0x9E3779B97F4A7C15;
        return hash;
    }
}
