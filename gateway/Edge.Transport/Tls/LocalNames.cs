using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Edge.Transport.Tls;

/// <summary>Every name and address by which somebody near may call the gateway.</summary>
internal static class LocalNames
{
    /// <summary>The domain and its services, localhost, the host name (with <c>.local</c>, for mDNS), this machine's addresses, and the extra names.</summary>
    public static IReadOnlyCollection<string> Of(LocalCertificateOptions options)
    {
        var names = new SortedSet<string>(StringComparer.OrdinalIgnoreCase) { options.Domain, "localhost", "127.0.0.1", "::1" };
        names.UnionWith(options.Services.Select(service => $"{service}.{options.Domain}"));
        names.UnionWith(options.Names);
        AddHostName(names);
        names.UnionWith(Addresses());
        return names;
    }

    private static void AddHostName(SortedSet<string> names)
    {
        var host = Environment.MachineName.ToLowerInvariant();
        if (Uri.CheckHostName(host) != UriHostNameType.Dns) return;

        names.Add(host);
        names.Add(host.Split('.')[0] + ".local");
    }

    private static IEnumerable<string> Addresses()
    {
        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces()
                .Where(i => i.OperationalStatus == OperationalStatus.Up && i.NetworkInterfaceType != NetworkInterfaceType.Loopback)
                .SelectMany(i => i.GetIPProperties().UnicastAddresses)
                .Select(a => a.Address)
                .Where(IsLasting)
                .Select(a => a.ToString())];
        }
        catch (NetworkInformationException)
        {
            return []; // without /proc (a tight sandbox) names have to do
        }
    }

    // Link-local IPv6 addresses carry a scope and cannot stand in a certificate.
    private static bool IsLasting(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork || (address.AddressFamily == AddressFamily.InterNetworkV6 && !address.IsIPv6LinkLocal);
}
