using System.Net;
using System.Net.Sockets;

namespace Edge.Identity.Accounts;

/// <summary>What counts as one address where guesses are limited.</summary>
public static class ClientNetwork
{
    private const int BytesOfPrefix = 8;

    /// <summary>An IPv4 address, or the 64 bits of an IPv6 address that one household gets: its devices choose the rest.</summary>
    public static string Of(IPAddress? address)
    {
        if (address is null) return "unknown";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address.ToString();

        var prefix = address.GetAddressBytes();
        prefix.AsSpan(BytesOfPrefix).Clear();
        return $"{new IPAddress(prefix)}/64";
    }
}
