using System.Net;
using System.Net.Sockets;

using Edge.Gateway.Configuration;

namespace Edge.Gateway.Hosting;

/// <summary>A configured port that could not be had, and who holds it.</summary>
/// <param name="Listener">The listener's name.</param>
/// <param name="Key">Its key in the configuration.</param>
/// <param name="Port">The port.</param>
/// <param name="Holder">The process that has it.</param>
internal sealed record PortClash(string Listener, string Key, int Port, string Holder);

/// <summary>Looks, before the host is built, whether every configured port can be had; a taken one is named with the process that holds it.</summary>
internal static class PortPlan
{
    /// <summary>Gives every listener whose port is taken a free one instead (the system chooses when it is bound: no race), and says which.</summary>
    /// <exception cref="ConfigurationException">A port is taken and <see cref="ListenersOptions.TakenPort"/> is Fail, or an address cannot be had at all.</exception>
    public static IReadOnlyList<PortClash> Settle(ListenersOptions listeners)
    {
        var (clashes, faults) = (new List<PortClash>(), new List<string>());
        foreach (var (name, key, listener, _) in listeners.All.Where(l => l.Listener is { Enabled: true, Port: > 0 }))
        {
            var error = Try(listener.Parse()!, listener.Port);
            if (error is not null and not SocketError.AddressAlreadyInUse) faults.Add(Explain(key, listener, error.Value));
            if (error != SocketError.AddressAlreadyInUse) continue;

            clashes.Add(new(name, key, listener.Port, PortOwner.Describe(listener.Port)));
            if (listeners.TakenPort == TakenPort.Next) listener.Port = 0;
        }

        if (listeners.TakenPort == TakenPort.Fail) faults.AddRange(clashes.Select(Explain));
        return faults.Count == 0 ? clashes : throw new ConfigurationException(faults);
    }

    private static string Explain(PortClash clash) =>
        $"{clash.Key}:port {clash.Port} is held by {clash.Holder}: stop it, give another port, or set listeners:takenPort to next.";

    private static string Explain(string key, ListenerOptions listener, SocketError error) => error switch
    {
        SocketError.AddressNotAvailable => $"{key}:address is '{listener.Address}', which this machine does not have: give one of its own, localhost, or any.",
        SocketError.AccessDenied => $"{key}:port {listener.Port} is for the system only: give one above 1023, or grant the gateway CAP_NET_BIND_SERVICE.",
        _ => $"{key}: {listener.Address} port {listener.Port} cannot be had ({error}): give another address or port.",
    };

    private static SocketError? Try(IPAddress address, int port)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(1);
            return null;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode;
        }
    }
}
