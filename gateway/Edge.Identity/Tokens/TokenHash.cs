using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Edge.Identity.Tokens;

/// <summary>The SHA-256 of a token: finds what is known of it without keeping the token. Nobody can make another token with the same one.</summary>
internal readonly record struct TokenHash(ulong A, ulong B, ulong C, ulong D)
{
    private const int MostOnStack = 2048; // identity:maxTokenBytes by default

    /// <summary>The hash of a token's UTF-8 bytes.</summary>
    public static TokenHash Of(string token)
    {
        var length = Encoding.UTF8.GetByteCount(token);
        var bytes = length <= MostOnStack ? stackalloc byte[MostOnStack] : new byte[length];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(token, bytes)], hash);
        return From(hash);
    }

    /// <summary>32 bytes of a hash as a value.</summary>
    public static TokenHash From(ReadOnlySpan<byte> hash) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(hash),
        BinaryPrimitives.ReadUInt64LittleEndian(hash[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(hash[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(hash[24..]));
}
