namespace Edge.Transport;

/// <summary>How many connections one protocol server takes, and how fast; part of that server's section.</summary>
public sealed class ConnectionLimits
{
    /// <summary>In all. A Raspberry Pi holds thousands; one household or plant has fewer.</summary>
    public int Total { get; set; } = 4096;

    /// <summary>From one address (one /64 network for IPv6), so that no single machine takes all places. Half of all: the thousand meters of a plant behind one
    /// router, twice, since old connections are noticed to be dead after new ones have come. Loopback is exempt: proxies and bridges connect from there.</summary>
    public int PerAddress { get; set; } = 2048;

    /// <summary>New connections a second from one address, on average. A hundred handshakes of TLS take a Raspberry Pi's core a tenth of a second or two.
    /// Loopback is exempt.</summary>
    public int RatePerAddress { get; set; } = 100;

    /// <summary>New connections from one address at once, before the rate counts: a plant behind one router that comes back after a power cut.</summary>
    public int BurstPerAddress { get; set; } = 2048;

    /// <summary>Says what is wrong, with the key below <paramref name="section"/> and the remedy.</summary>
    public IEnumerable<string> Errors(string section)
    {
        if (Total is < 1 or > 1_000_000) yield return $"{section}:total is {Total}: give 1 to 1000000.";
        if (PerAddress is < 1 or > 1_000_000) yield return $"{section}:perAddress is {PerAddress}: give 1 to 1000000.";
        if (RatePerAddress is < 1 or > 1_000_000) yield return $"{section}:ratePerAddress is {RatePerAddress}: give 1 to 1000000.";
        if (BurstPerAddress is < 1 or > 1_000_000) yield return $"{section}:burstPerAddress is {BurstPerAddress}: give 1 to 1000000.";
    }
}
