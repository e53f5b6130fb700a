using Edge.Transport;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Bosh;

/// <summary>XMPP over HTTP (XEP-0124, XEP-0206), at <c>/http-bind</c> of the portal's listeners (section <c>xmpp:bosh</c>).</summary>
public sealed class BoshOptions
{
    /// <summary>False answers 404 there.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The origins whose pages may connect, such as <c>https://panel.example</c>; <c>*</c> lets every page. A page of the host that is connected to
    /// always may, and so may who is no browser and tells no origin.</summary>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>The longest that a request is held while there is nothing to answer it with. 60 is below what most proxies allow.</summary>
    public int MaxWaitSeconds { get; set; } = 60;

    /// <summary>The most requests of one session that are held at the same time. One is enough for every client that can send another meanwhile.</summary>
    public int MaxHold { get; set; } = 2;

    /// <summary>Seconds without a request, after which a session ends. A little more than a slow mobile network takes for a round trip.</summary>
    public int InactivitySeconds { get; set; } = 30;

    /// <summary>Seconds that must lie between requests that carry nothing.</summary>
    public int PollingSeconds { get; set; } = 5;

    /// <summary>The longest pause that a client can ask for, for instance while a browser loads the next page.</summary>
    public int MaxPauseSeconds { get; set; } = 120;

    /// <summary>One request, in bytes: a large stanza with a few small ones. Before signing in no more is read than xmpp:maxUnauthenticatedBytes.</summary>
    public int MaxBodyBytes { get; set; } = 512 * 1024;

    /// <summary>Elements in one request. Clients send together what they have collected while a request was under way: some dozens. Each costs a hundred times its
    /// bytes where it is as small as can be.</summary>
    public int MaxBodyElements { get; set; } = 1000;
}

/// <summary>Checks the section <c>xmpp:bosh</c>.</summary>
internal sealed class BoshOptionsValidator : IValidateOptions<BoshOptions>
{
    public ValidateOptionsResult Validate(string? name, BoshOptions options) => new OptionErrors("xmpp:bosh")
        .Add(OriginCheck.Errors("xmpp:bosh", options.AllowedOrigins))
        .Range("maxWaitSeconds", options.MaxWaitSeconds, 1, 600)
        .Range("maxHold", options.MaxHold, 1, 10)
        .Range("inactivitySeconds", options.InactivitySeconds, 5, 3600)
        .Range("pollingSeconds", options.PollingSeconds, 1, 60)
        .Range("maxPauseSeconds", options.MaxPauseSeconds, 1, 3600)
        .Range("maxBodyBytes", options.MaxBodyBytes, 10_000, 64 * 1024 * 1024)
        .Range("maxBodyElements", options.MaxBodyElements, 10, 100_000)
        .Result;
}
