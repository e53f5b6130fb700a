using System.Buffers.Binary;
using System.Net;

namespace Edge.Transport.Sockets.Linux;

/// <summary>A peer's address as the kernel tells it.</summary>
internal static class SocketAddress
{
    /// <summary>Room for either family: struct sockaddr_in6.</summary>
    public const int MaxLength = 28;

    private const int Inet = 2;
    private const int Inet6 = 10;

    /// <summary>Reads struct sockaddr_in or sockaddr_in6; null where it is neither. An IPv4 address in IPv6 clothes becomes one again.</summary>
    public static IPEndPoint? Read(ReadOnlySpan<byte> address)
    {
        if (address.Length < 8) return null;
        var port = BinaryPrimitives.ReadUInt16BigEndian(address[2..]);
        return BinaryPrimitives.ReadUInt16LittleEndian(address) switch
        {
            Inet => new(new IPAddress(address.Slice(4, 4)), port),
            Inet6 when address.Length >= MaxLength => new(ReadInet6(address), port),
            _ => null,
        };
    }

    private static IPAddress ReadInet6(ReadOnlySpan<byte> address)
    {
        var ip = new IPAddress(address.Slice(8, 16), BinaryPrimitives.ReadUInt32LittleEndian(address[24..]));
        return ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip;
    }
}
