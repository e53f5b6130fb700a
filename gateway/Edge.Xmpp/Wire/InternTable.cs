using System.Numerics;
using System.Text;

namespace Edge.Xmpp.Wire;

/// <summary>
/// Strings for bytes that come again and again: names and namespaces. It has a fixed number of places, and whoever comes last has the place: a peer that
/// makes up names costs others a string now and then, and no memory.
/// </summary>
internal static class InternTable
{
    private const int Places = 1024;

    // Long ones are rare, and not worth being kept.
    private const int MostBytes = 96;

    private static readonly Entry?[] Entries = new Entry?[Places];

    /// <summary>The text, without references in it.</summary>
    public static string Get(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is 0 or > MostBytes) return Encoding.UTF8.GetString(bytes);

        ref var place = ref Entries[Hash(bytes) & (Places - 1)];
        if (Volatile.Read(ref place) is { } entry && bytes.SequenceEqual(entry.Bytes)) return entry.Text;

        entry = new(bytes.ToArray(), Encoding.UTF8.GetString(bytes));
        Volatile.Write(ref place, entry);
        return entry.Text;
    }

    // FNV-1a over the ends: names of one namespace differ there.
    private static uint Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = 2166136261u ^ (uint)bytes.Length;
        foreach (var b in bytes[Math.Max(0, bytes.Length - 16)..]) hash = (hash ^ b) * 16777619u;
        return BitOperations.RotateLeft(hash, 7) ^ hash;
    }

    private sealed record Entry(byte[] Bytes, string Text);
}
