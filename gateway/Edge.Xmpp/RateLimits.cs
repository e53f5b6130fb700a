namespace Edge.Xmpp;

/// <summary>How fast one session may send; section <c>xmpp:rates</c>. Above, less is read of it, so that the rate holds.</summary>
public sealed class RateLimits
{
    /// <summary>Stanzas a second on average. A busy concentrator sends some hundreds; a client that sends thousands is broken.</summary>
    public int StanzasPerSecond { get; set; } = 2000;

    /// <summary>Stanzas at once, before the rate counts: a client that tells everything after a long night.</summary>
    public int BurstStanzas { get; set; } = 10_000;

    /// <summary>Bytes a second on average. Ten such clients still leave a fast Ethernet some air.</summary>
    public int BytesPerSecond { get; set; } = 2 * 1024 * 1024;

    /// <summary>Bytes at once, before the rate counts.</summary>
    public int BurstBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>Seconds for which a client may push against the limits without a break, before its stream ends; 0: for ever.</summary>
    public int OverrunSeconds { get; set; } = 60;

    /// <summary>Says what is wrong, with the key below <paramref name="section"/> and the remedy.</summary>
    public IEnumerable<string> Errors(string section)
    {
        if (StanzasPerSecond is < 1 or > 1_000_000) yield return $"{section}:stanzasPerSecond is {StanzasPerSecond}: give 1 to 1000000.";
        if (BurstStanzas is < 1 or > 10_000_000) yield return $"{section}:burstStanzas is {BurstStanzas}: give 1 to 10000000.";
        if (BytesPerSecond < 1024) yield return $"{section}:bytesPerSecond is {BytesPerSecond}: give 1024 to {int.MaxValue}.";
        if (BurstBytes < 16 * 1024) yield return $"{section}:burstBytes is {BurstBytes}: give 16384 to {int.MaxValue}.";
        if (OverrunSeconds is < 0 or > 86_400) yield return $"{section}:overrunSeconds is {OverrunSeconds}: give 0 to 86400.";
    }
}
