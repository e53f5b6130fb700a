using Edge.Things;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Routing;

/// <summary>The server's domain, and what an address means here.</summary>
internal sealed class XmppDomain(IOptions<ThingsOptions> options)
{
    private readonly string _suffix = "." + Normalize(options.Value.Domain);

    public string Name { get; } = Normalize(options.Value.Domain);

    public Jid Jid { get; } = Jid.Parse(Normalize(options.Value.Domain));

    /// <summary>True for the address of an account here, with or without a resource, whether or not the account exists.</summary>
    public bool IsAccount(Jid jid) => jid.Local.Length > 0 && jid.Domain == Name;

    /// <summary>The name of the service that <paramref name="jid"/> is at, "" for the server's own domain, null for other domains.</summary>
    public string? ServiceOf(Jid jid) =>
        jid.Domain == Name ? "" : jid.Domain.EndsWith(_suffix, StringComparison.Ordinal) ? jid.Domain[..^_suffix.Length] : null;

    /// <summary>The address of an account.</summary>
    public Jid Account(string local) => Jid.Parse($"{local}@{Name}");

    private static string Normalize(string domain) => domain.Trim().ToLowerInvariant();
}
