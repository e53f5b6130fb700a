namespace Edge.Identity.Tokens.Introspection;

/// <summary>An authorization server that tells what an opaque token is good for (an entry of <c>identity:introspection</c>, RFC 7662).</summary>
public sealed class IntrospectionOptions
{
    /// <summary>A short name of our own: lower-case letters, digits and dashes. It is for the log, and the beginning of its subjects (see <see cref="SubjectPrefix"/>).</summary>
    public string Name { get; set; } = "";

    /// <summary>The endpoint: an https URI, or http on this machine.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary>Who we are there.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>A file with our secret there; a line end behind it does not count. Either this or <see cref="ClientSecretVariable"/>. Never in the configuration itself.</summary>
    public string ClientSecretFile { get; set; } = "";

    /// <summary>The environment variable with our secret there.</summary>
    public string ClientSecretVariable { get; set; } = "";

    /// <summary>The user name beside which a password is an opaque token for this endpoint. Only then is it sent there: nobody's password ever is.</summary>
    public string UserName { get; set; } = "token";

    /// <summary>What must be in the <c>aud</c> of the answer; empty: it is not looked at.</summary>
    public string Audience { get; set; } = "";

    /// <summary>What stands before its subjects and clients, so that its "juliet" is never ours. Not given: the name and a colon.</summary>
    public string? SubjectPrefix { get; set; }

    /// <summary>Seconds that an answer may take (1 to 60).</summary>
    public int TimeoutSeconds { get; set; } = 5;

    /// <summary>Seconds for which a good token is not asked for again (1 to 3600), never beyond its <c>exp</c>; a revocation there is seen within them,
    /// by live sessions as well. A minute.</summary>
    public int CacheSeconds { get; set; } = 60;

    /// <summary>Seconds for which a bad token is not asked for again (0 to 3600). Ten: a client that tries on does not become the endpoint's problem.</summary>
    public int NegativeCacheSeconds { get; set; } = 10;

    /// <summary>Seconds that a live session survives an endpoint that does not answer (0 to 86400). Five minutes: it can be restarted.</summary>
    public int KeepSeconds { get; set; } = 300;

    /// <summary>Questions at a time (1 to 256); further clients wait their turn, and are refused when it has not come in time.</summary>
    public int MaxConcurrent { get; set; } = 16;

    /// <summary>The longest token in bytes (16 to 65536).</summary>
    public int MaxTokenBytes { get; set; } = 4096;

    /// <summary>The longest answer in bytes (1024 to 1048576).</summary>
    public int MaxAnswerBytes { get; set; } = 65_536;

    /// <summary>What stands before its subjects and clients.</summary>
    internal string Prefix => SubjectPrefix ?? Name + ":";
}
