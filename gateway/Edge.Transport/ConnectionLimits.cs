namespace Edge.Transport;

/// <summary>How many connections one protocol server takes; part of that server's section.</summary>
public sealed class ConnectionLimits
{
    /// <summary>In all. A Raspberry Pi holds thousands; one household or plant has fewer.</summary>
    public int Total { get; set; } = 4096;

    /// <summary>From one address (one /64 network for IPv6), so that no single machine takes all places. Loopback is exempt: proxies and bridges
    /// connect from there.</summary>
    public int PerAddress { get; set; } = 256;

    /// <summary>Says what is wrong, with the key below <paramref name="section"/> and the remedy.</summary>
    public IEnumerable<string> Errors(string section)
    {
        if (Total is < 1 or > 1_000_000) yield return $"{section}:total is {Total}: give 1 to 1000000.";
        if (PerAddress < 1 || PerAddress > Total)
            yield return $"{section}:perAddress is {PerAddress}: give 1 to {section}:total ({Total}).";
    }
}
