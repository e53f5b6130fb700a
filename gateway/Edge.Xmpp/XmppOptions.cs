using Edge.Transport;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp;

/// <summary>Limits of the XMPP server; section <c>xmpp</c>.</summary>
public sealed class XmppOptions
{
    /// <summary>Whose server people and things use: <c>embedded</c>, this one, or <c>external</c>, which <c>xmpp:external</c> tells of.</summary>
    public XmppMode Mode { get; set; } = XmppMode.Embedded;

    /// <summary>How many connections.</summary>
    public ConnectionLimits Connections { get; set; } = new();

    /// <summary>How fast one session may send.</summary>
    public RateLimits Rates { get; set; } = new();

    /// <summary>Where clients are sent instead (<c>see-other-host</c>, RFC 6120 §4.9.3.19): a host, with a port where it is not 5222; empty serves them here.</summary>
    public string? SeeOtherHost { get; set; }

    /// <summary>Domains that were served here once: their clients are told that they are gone (<c>host-gone</c>), not that nobody knows them.</summary>
    public IList<string> FormerDomains { get; } = [];

    /// <summary>One stanza, in bytes. 256 KiB carries any read-out of a large node; RFC 6120 §13.12 asks for at least 10,000.</summary>
    public int MaxStanzaBytes { get; set; } = 256 * 1024;

    /// <summary>Elements within elements of one stanza. Data forms in results reach about ten.</summary>
    public int MaxDepth { get; set; } = 64;

    /// <summary>Attributes of one element.</summary>
    public int MaxAttributes { get; set; } = 48;

    /// <summary>A name of an element or attribute, in bytes.</summary>
    public int MaxNameBytes { get; set; } = 256;

    /// <summary>Bytes that a client may send before it has signed in. A log-in takes about 2 KiB.</summary>
    public int MaxUnauthenticatedBytes { get; set; } = 32 * 1024;

    /// <summary>Seconds from connecting to a bound resource.</summary>
    public int LoginSeconds { get; set; } = 30;

    /// <summary>Wrong log-ins on one connection, before it is closed. RFC 6120 §6.4.5 advises five retries, which are few for a client that tries a wrong password
    /// with each mechanism: slixmpp needs six, others seven, and closes by itself then.</summary>
    public int MaxLoginAttempts { get; set; } = 8;

    /// <summary>Resources of one account that are online at the same time.</summary>
    public int MaxSessionsPerAccount { get; set; } = 20;

    /// <summary>Stanzas that may wait for one client that reads slowly; more, and its session ends.</summary>
    public int OutboxStanzas { get; set; } = 2000;

    /// <summary>Bytes that may wait for one client that reads slowly; more, and its session ends.</summary>
    public int OutboxBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Requests of one client to services that are being worked on at the same time; more are refused until one is done.</summary>
    public int MaxRequestsPerSession { get; set; } = 64;

    /// <summary>Addresses to which one session may have sent presence directly (RFC 6121 §4.6), to be told when it goes.</summary>
    public int MaxDirectedPresence { get; set; } = 200;

    /// <summary>Seconds without a byte from a client, after which it is asked whether it is still there (XEP-0199).</summary>
    public int PingAfterSeconds { get; set; } = 120;

    /// <summary>Seconds without a byte from a client, after which its session ends. Mobile networks drop idle mappings after five minutes or so.</summary>
    public int IdleSeconds { get; set; } = 240;
}

/// <summary>Says everything that is wrong with the section <c>xmpp</c> at once.</summary>
internal sealed class XmppOptionsValidator : IValidateOptions<XmppOptions>
{
    public ValidateOptionsResult Validate(string? name, XmppOptions options)
    {
        var errors = new OptionErrors("xmpp").Add(options.Connections.Errors("xmpp:connections")).Add(options.Rates.Errors("xmpp:rates"));
        if (!string.IsNullOrEmpty(options.SeeOtherHost) && !IsHost(options.SeeOtherHost))
            errors.Add($"xmpp:seeOtherHost is '{options.SeeOtherHost}': give a host, or host:port, such as xmpp.example:5222, or leave it out.");
        foreach (var former in options.FormerDomains.Where(d => Uri.CheckHostName(d.Trim()) != UriHostNameType.Dns))
            errors.Add($"xmpp:formerDomains has '{former}': give domain names such as old.example.");
        errors
            .Range("maxStanzaBytes", options.MaxStanzaBytes, 10_000, 16 * 1024 * 1024)
            .Range("maxDepth", options.MaxDepth, 8, 256)
            .Range("maxAttributes", options.MaxAttributes, 8, 512)
            .Range("maxNameBytes", options.MaxNameBytes, 32, 4096)
            .Range("maxUnauthenticatedBytes", options.MaxUnauthenticatedBytes, 4096, 1024 * 1024)
            .Range("loginSeconds", options.LoginSeconds, 5, 600)
            .Range("maxLoginAttempts", options.MaxLoginAttempts, 1, 20)
            .Range("maxSessionsPerAccount", options.MaxSessionsPerAccount, 1, 1000)
            .Range("outboxStanzas", options.OutboxStanzas, 10, 1_000_000)
            .Range("outboxBytes", options.OutboxBytes, 64 * 1024, 1024 * 1024 * 1024)
            .Range("maxRequestsPerSession", options.MaxRequestsPerSession, 1, 10_000)
            .Range("maxDirectedPresence", options.MaxDirectedPresence, 1, 100_000)
            .Range("pingAfterSeconds", options.PingAfterSeconds, 10, 86_400);
        if (options.IdleSeconds <= options.PingAfterSeconds || options.IdleSeconds > 172_800)
            errors.Add($"xmpp:idleSeconds is {options.IdleSeconds}: give more than xmpp:pingAfterSeconds ({options.PingAfterSeconds}), up to 172800.");
        return errors.Result;
    }

    private static bool IsHost(string text) =>
        Uri.TryCreate("xmpp://" + text, UriKind.Absolute, out var uri) && uri.Host.Length > 0 && uri.UserInfo.Length == 0 && uri.PathAndQuery is "" or "/" && uri.Port != 0;
}
