namespace Edge.Xmpp.Routing;

/// <summary>Domains that others serve: components today. Found through the container.</summary>
internal interface IOutsideDomains
{
    /// <summary>True for a domain that is somebody's, whether or not he is there now.</summary>
    bool Serves(string domain);

    /// <summary>Hands a stanza over; it names its sender and its recipient.</summary>
    /// <returns>False where nobody is there for the domain now.</returns>
    bool TryDeliver(string domain, ReadOnlyMemory<byte> stanza);

    /// <summary>The domains that somebody is there for now, for the list of services.</summary>
    IEnumerable<OutsideDomain> Present { get; }
}

/// <summary>A domain of another's, and what it is called.</summary>
internal sealed record OutsideDomain(string Domain, string Description);

/// <summary>All of them.</summary>
internal sealed class OutsideDomains(IEnumerable<IOutsideDomains> all)
{
    private readonly IOutsideDomains[] _all = [.. all];

    /// <summary>The one that serves a domain, or null.</summary>
    public IOutsideDomains? Find(string domain)
    {
        foreach (var outside in _all)
        {
            if (outside.Serves(domain)) return outside;
        }

        return null;
    }

    /// <summary>The domains that somebody is there for now.</summary>
    public IEnumerable<OutsideDomain> Present => _all.SelectMany(o => o.Present);
}
