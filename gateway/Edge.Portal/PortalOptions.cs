namespace Edge.Portal;

/// <summary>Section <c>portal</c>: how the owners' web portal behaves. Each limit keeps one browser, or one guesser, from costing the others.</summary>
public sealed class PortalOptions
{
    /// <summary>The address that stickers and links carry, e.g. <c>https://edge.local:8443</c>. Empty: the address that the page was asked for under.</summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>Hours without a request after which a session is over (1 to 8760). A week: an owner looks in on Sundays and stays signed in.</summary>
    public int SessionIdleHours { get; set; } = 168;

    /// <summary>Days after which a session is over, however much it was used (1 to 365).</summary>
    public int SessionMaxDays { get; set; } = 30;

    /// <summary>Most sessions of one account (1 to 1000); one more ends the one that was used least recently. Twenty are a family's phones and browsers.</summary>
    public int SessionsPerAccount { get; set; } = 20;

    /// <summary>Most sign-ins tried from one address in a minute, passwords and codes together (1 to 1000). A person mistypes less often.</summary>
    public int SignInAttemptsPerMinute { get; set; } = 10;

    /// <summary>Most requests from one address in a minute (60 to 100000). A page takes four; a busy household behind one address stays far below.</summary>
    public int RequestsPerMinute { get; set; } = 1200;

    /// <summary>Most pages of one account that follow live values at the same time (1 to 1000).</summary>
    public int LiveConnectionsPerAccount { get; set; } = 16;

    /// <summary>Most pages that follow live values at the same time, over all accounts (1 to 10000). Each takes some ten kilobytes.</summary>
    public int LiveConnections { get; set; } = 256;

    /// <summary>Seconds between two signs of life to a page that follows live values (1 to 300). Proxies drop what is silent for a minute.</summary>
    public int LiveHeartbeatSeconds { get; set; } = 15;

    /// <summary>Seconds after which a value is called late (1 to 86400). Five minutes are five missed reports of a sensor that sends one a minute.</summary>
    public int LateAfterSeconds { get; set; } = 300;

    /// <summary>Seconds that a node's light flashes for a press of its button (5 to 300), as in the node protocol's <c>window</c>.</summary>
    public int BefriendWindowSeconds { get; set; } = 30;

    /// <summary>Most bytes of a form (1024 to 1048576). The largest real one is a claim of some two kilobytes.</summary>
    public int MaxFormBytes { get; set; } = 65_536;
}
