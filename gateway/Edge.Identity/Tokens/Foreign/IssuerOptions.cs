namespace Edge.Identity.Tokens.Foreign;

/// <summary>A foreign issuer whose JWTs are taken (an entry of <c>identity:issuers</c>), such as a Keycloak realm.</summary>
public sealed class IssuerOptions
{
    /// <summary>A short name of our own: lower-case letters, digits and dashes. It is for the log, and the beginning of its subjects (see <see cref="SubjectPrefix"/>).</summary>
    public string Name { get; set; } = "";

    /// <summary>Its <c>iss</c> claim, letter by letter.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>What must be in the <c>aud</c> claim: tokens for other services are not for us (RFC 8725 §3.9).</summary>
    public string Audience { get; set; } = "";

    /// <summary>Where its key set is: an https URI, or http on this machine. Either this or <see cref="JwksFile"/>.</summary>
    public string JwksUri { get; set; } = "";

    /// <summary>A file with its key set, read again when its cache time is over.</summary>
    public string JwksFile { get; set; } = "";

    /// <summary>The algorithms taken, of ES256, ES384, RS256, PS256. Empty: all of these.</summary>
    public IList<string> Algorithms { get; } = [];

    /// <summary>The claim with the client that the token was issued to; where a token has none, <c>azp</c>, then its subject.</summary>
    public string ClientIdClaim { get; set; } = "client_id";

    /// <summary>The claim that says whose authority it is.</summary>
    public string SubjectClaim { get; set; } = "sub";

    /// <summary>The claim with the scopes: a text of words, or a list of them.</summary>
    public string ScopeClaim { get; set; } = "scope";

    /// <summary>What is put before its subjects and clients, so that its "juliet" is never ours. Not given: the name and a colon. Give it empty only for
    /// an issuer that may speak for every account and node of this gateway.</summary>
    public string? SubjectPrefix { get; set; }

    /// <summary>Minutes after which the key set is fetched again (1 to 10080). An hour: a withdrawn key is gone within it.</summary>
    public int CacheMinutes { get; set; } = 60;

    /// <summary>Minutes for which the last key set is used when it cannot be fetched again (1 to 10080, at least <see cref="CacheMinutes"/>). A day: an
    /// issuer that is down for a night does not lock everybody out.</summary>
    public int KeepMinutes { get; set; } = 1440;

    /// <summary>Seconds between two fetches at the least (1 to 3600): tokens with made-up keys cannot make us hammer the issuer.</summary>
    public int RefreshSeconds { get; set; } = 30;

    /// <summary>Seconds that a fetch may take (1 to 60).</summary>
    public int TimeoutSeconds { get; set; } = 5;

    /// <summary>The largest key set in bytes (1024 to 1048576). 64 KiB: a hundred keys with certificates.</summary>
    public int MaxJwksBytes { get; set; } = 65_536;

    /// <summary>The longest token of this issuer in bytes (256 to 65536). RSA signatures and lists of roles need more room than ours.</summary>
    public int MaxTokenBytes { get; set; } = 8192;

    /// <summary>Seconds by which its clock may differ (0 to 600); not given: <c>identity:clockToleranceSeconds</c>.</summary>
    public int? ClockToleranceSeconds { get; set; }

    /// <summary>What stands before its subjects and clients.</summary>
    internal string Prefix => SubjectPrefix ?? Name + ":";

    /// <summary>Is this algorithm taken?</summary>
    internal bool Allows(string? algorithm) =>
        algorithm is not null && (Algorithms.Count == 0 ? VerificationKey.Algorithms : Algorithms.AsEnumerable()).Contains(algorithm, StringComparer.Ordinal);
}
