using System.Xml.Linq;

using Edge.Xmpp.Sessions.Negotiation;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Edge.Xmpp.Modules.EntityCaps;

/// <summary>XEP-0115: clients that know a server of the same capabilities need not ask this one.</summary>
[Xep(115, "1.6.0", Note = "Of the server, in its stream features; what clients say of themselves passes as it is.")]
internal sealed class EntityCapsModule(OwnCaps caps) : IXmppModule
{
    public static void AddServices(IServiceCollection services, IConfiguration section) => services
        .AddSingleton<OwnCaps>()
        .AddSingleton<INegotiationStep, EntityCapsStep>();

    public void Configure(XmppModuleBuilder xmpp) => xmpp
        .OnDomain().Feature(OwnCaps.Namespace.NamespaceName)
        .Nodes((_, node, _) => new(node == caps.Node ? caps.Server : null));
}

/// <summary>What the server says of itself; it stays the same while the server runs.</summary>
internal sealed class OwnCaps(ModuleCatalog catalog)
{
    public static readonly XNamespace Namespace = "http://jabber.org/protocol/caps";

    // §4: a URI for the software, the same on every gateway.
    private const string Software = "urn:uuid:6f0e3c1d-5b0a-4d55-9d2c-3b7f2a1c8e40";

    private readonly Lazy<string> _hash = new(() => CapsHash.Sha1(catalog.Hosts.Domain.Describe()));

    /// <summary>All that disco#info tells of the server.</summary>
    public DiscoNode Server => catalog.Hosts.Domain.Describe();

    /// <summary>The node to ask for just these capabilities (§6.2).</summary>
    public string Node => $"{Software}#{_hash.Value}";

    /// <summary>The announcement.</summary>
    public XElement ToElement() => new(
        Namespace + "c", new XAttribute("hash", "sha-1"), new XAttribute("node", Software), new XAttribute("ver", _hash.Value));
}

/// <summary>Announces the capabilities in the stream features of clients that have signed in (§6.3).</summary>
internal sealed class EntityCapsStep(OwnCaps caps) : INegotiationStep
{
    public int Order => 90;

    public IEnumerable<XElement> Offer(NegotiationState state) => state.Account is null ? [] : [caps.ToElement()];
}
