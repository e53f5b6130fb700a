using System.Net;

namespace Edge.Gateway.Configuration;

/// <summary>Where one server listens.</summary>
public class ListenerOptions
{
    /// <summary>False switches the listener off.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The address to bind: an IP address (of IPv4 or IPv6), <c>localhost</c>, or <c>any</c> for every interface and both families.</summary>
    public string Address { get; set; } = "any";

    /// <summary>The TCP port; 0 takes a free one.</summary>
    public int Port { get; set; }

    /// <summary>The address as the network stack wants it; null where the text is not one.</summary>
    internal IPAddress? Parse() => Address switch
    {
        "any" => IPAddress.IPv6Any,
        "localhost" => IPAddress.Loopback,
        _ => IPAddress.TryParse(Address, out var address) ? address : null,
    };

    /// <summary>True where nobody but this machine can connect.</summary>
    internal bool IsLoopback => Parse() is { } address && IPAddress.IsLoopback(address);

    /// <summary>True for every interface.</summary>
    internal bool IsAny => Parse() is { } address && (address.Equals(IPAddress.IPv6Any) || address.Equals(IPAddress.Any));
}
