using System.Xml.Linq;

using Edge.Things;
using Edge.Xmpp.Modules.DataForms;

namespace Edge.Xmpp.Modules;

/// <summary>What something is (XEP-0030 §2.3): a category and type of the registry, a name for people, the language of the name.</summary>
public sealed record DiscoIdentity(string Category, string Type, string? Name = null, string? Language = null);

/// <summary>Something below a host or node: an address, and the node there if it is one.</summary>
public sealed record DiscoItem(Jid Jid, string? Name = null, string? Node = null);

/// <summary>What service discovery tells of a host or of a node at it (XEP-0030).</summary>
public sealed record DiscoNode
{
    private static readonly XNamespace Info = "http://jabber.org/protocol/disco#info";

    /// <summary>What it is, one at least.</summary>
    public required IReadOnlyList<DiscoIdentity> Identities { get; init; }

    /// <summary>What it serves.</summary>
    public IReadOnlyCollection<string> Features { get; init; } = [];

    /// <summary>What else is to be known (XEP-0128), each form with a meaning.</summary>
    public IReadOnlyList<DataForm> Forms { get; init; } = [];

    /// <summary>What is below it.</summary>
    public IReadOnlyList<DiscoItem> Items { get; init; } = [];

    /// <summary>The answer to disco#info.</summary>
    public XElement ToInfo(string? node) => new(
        Info + "query",
        node is null ? null : new XAttribute("node", node),
        Identities.Select(i => new XElement(
            Info + "identity",
            new XAttribute("category", i.Category),
            new XAttribute("type", i.Type),
            i.Name is null ? null : new XAttribute("name", i.Name),
            i.Language is null ? null : new XAttribute(XNamespace.Xml + "lang", i.Language))),
        Features.Select(f => new XElement(Info + "feature", new XAttribute("var", f))),
        Forms.Select(f => f.ToElement()));
}

/// <summary>Tells of a node for who asks; null where there is none of that name, or not for him.</summary>
public delegate ValueTask<DiscoNode?> DiscoNodeHandler(Iq request, string node, CancellationToken cancel);

/// <summary>Lists what is below a host, for who asks.</summary>
public delegate IEnumerable<DiscoItem> DiscoItemsHandler(Iq request);
