using System.Collections.Frozen;

using Edge.Xmpp.Routing;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.Components;

/// <summary>The components that are configured, and the connections of those that are there.</summary>
internal sealed class ComponentTable(IOptions<ComponentsOptions> options, XmppDomain server) : IOutsideDomains
{
    private readonly FrozenDictionary<string, ComponentPlace> _places = options.Value
        .Select(o => new ComponentPlace(ComponentNames.DomainOf(o.Key, server), o.Value))
        .DistinctBy(p => p.Domain) // two of one name do not start
        .ToFrozenDictionary(p => p.Domain, StringComparer.Ordinal);

    public IEnumerable<OutsideDomain> Present => _places.Values.Where(p => p.Session is not null)
        .Select(p => new OutsideDomain(p.Domain, p.Options.Description.Length > 0 ? p.Options.Description : p.Domain));

    public bool Serves(string domain) => _places.ContainsKey(domain);

    public bool TryDeliver(string domain, ReadOnlyMemory<byte> stanza) => Find(domain)?.Session?.TryDeliver(stanza) == true;

    /// <summary>The place of a component, or null.</summary>
    public ComponentPlace? Find(string domain) => _places.GetValueOrDefault(domain);
}

/// <summary>A component's domain, and who is there for it.</summary>
internal sealed class ComponentPlace(string domain, ComponentOptions options)
{
    private ComponentSession? _session;

    public string Domain => domain;

    public ComponentOptions Options => options;

    /// <summary>Null while it is away.</summary>
    public ComponentSession? Session => Volatile.Read(ref _session);

    /// <summary>Takes the place; returns who had it.</summary>
    public ComponentSession? Take(ComponentSession session) => Interlocked.Exchange(ref _session, session);

    /// <summary>Leaves the place, unless another has taken it.</summary>
    public void Leave(ComponentSession session) => Interlocked.CompareExchange(ref _session, null, session);
}
