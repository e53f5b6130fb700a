using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Edge.Gateway.Demo;

/// <summary>The address that a phone on the same network reaches this machine at.</summary>
internal static class LanAddress
{
    /// <summary>The first IPv4 address of an interface that is up and has a gateway; else of any that is up; else loopback.</summary>
    public static string Find() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(i => i.OperationalStatus == OperationalStatus.Up && i.NetworkInterfaceType != NetworkInterfaceType.Loopback)
        .Select(i => i.GetIPProperties())
        .OrderByDescending(p => p.GatewayAddresses.Count)
        .SelectMany(p => p.UnicastAddresses)
        .Where(a => a.Address.AddressFamily == AddressFamily.InterNetwork)
        .Select(a => a.Address.ToString())
        .FirstOrDefault("127.0.0.1");
}
