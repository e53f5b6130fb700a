using Edge.Xmpp.Modules.DataForms;

namespace Edge.Xmpp.Modules;

/// <summary>What a host serves: put together once from everything that the modules declared for it.</summary>
internal sealed class HostHandlers(XmppHost host)
{
    private readonly Dictionary<(IqType Type, string Namespace, string Name), IqHandler> _iq = [];
    private readonly HashSet<string> _namespaces = new(StringComparer.Ordinal);
    private readonly List<(string Namespace, string Name, MessageHandler Handler)> _messages = [];
    private readonly List<PresenceHandler> _presence = [];
    private readonly SortedSet<string> _features = new(StringComparer.Ordinal);
    private readonly List<DiscoIdentity> _identities = [];
    private readonly List<DataForm> _forms = [];
    private readonly List<DiscoNodeHandler> _nodes = [];
    private readonly List<DiscoItemsHandler> _items = [];

    /// <summary>Its name and identity.</summary>
    public XmppHost Host { get; private set; } = host;

    /// <summary>Advertised features, sorted.</summary>
    public IReadOnlyCollection<string> Features => _features;

    public IReadOnlyList<PresenceHandler> Presence => _presence;

    public IReadOnlyList<(string Namespace, string Name, MessageHandler Handler)> Messages => _messages;

    /// <summary>What disco#info tells of it.</summary>
    public DiscoNode Describe() => new() { Identities = [OwnIdentity, .. _identities], Features = Features, Forms = _forms };

    /// <summary>A node of it; null where no module knows it.</summary>
    public async ValueTask<DiscoNode?> FindNodeAsync(Iq request, string node, CancellationToken cancel)
    {
        foreach (var find in _nodes)
        {
            if (await find(request, node, cancel).ConfigureAwait(false) is { } found) return found;
        }

        return null;
    }

    /// <summary>What modules say is below it.</summary>
    public IEnumerable<DiscoItem> ItemsFor(Iq request) => _items.SelectMany(list => list(request));

    private DiscoIdentity OwnIdentity => Host.Name switch
    {
        "" => new("server", "im", "Edge"),
        "@" or "@others" => new("account", "registered"),
        _ => new(Host.Category, Host.Type, Host.Description),
    };

    public IqHandler? FindIq(IqType type, string ns, string name) => _iq.GetValueOrDefault((type, ns, name));

    /// <summary>True where something in this namespace is served: a request that is not known there meets <c>feature-not-implemented</c>, others
    /// <c>service-unavailable</c> (RFC 6120 §8.3.3.3, §8.3.3.19).</summary>
    public bool Knows(string ns) => _namespaces.Contains(ns);

    /// <exception cref="InvalidOperationException">Two modules answer the same request.</exception>
    public void Add(XmppDeclaration declaration, Type module)
    {
        if (Host.Category.Length == 0) Host = declaration.Host;
        if (declaration.Feature is { } feature) _features.Add(feature);
        if (declaration.Identity is { } identity) _identities.Add(identity);
        if (declaration.Form is { } form) _forms.Add(form);
        if (declaration.Nodes is { } nodes) _nodes.Add(nodes);
        if (declaration.Items is { } items) _items.Add(items);
        if (declaration.Presence is { } presence) _presence.Add(presence);
        if (declaration.Payload is not { } payload) return;

        if (declaration.Message is { } message) _messages.Add((payload.NamespaceName, payload.LocalName, message));
        if (declaration.Iq is not { } iq) return;

        _namespaces.Add(payload.NamespaceName);
        if (!_iq.TryAdd((declaration.IqType, payload.NamespaceName, payload.LocalName), iq))
            throw new InvalidOperationException($"{module.Name} answers {declaration.IqType} {payload}, which another module answers already.");
    }
}

/// <summary>All hosts by name: "" is the server's domain, "@" the accounts for their owners, "@others" for everybody else, anything else a service.</summary>
internal sealed class HostTable
{
    private readonly Dictionary<string, HostHandlers> _hosts = new(StringComparer.Ordinal);

    public HostTable(IEnumerable<IXmppModule> modules)
    {
        _hosts[""] = new(XmppHost.Domain);
        _hosts["@"] = new(XmppHost.Account);
        _hosts["@others"] = new(XmppHost.AccountForOthers);
        var forAll = new List<(XmppDeclaration Declaration, Type Module)>();
        foreach (var module in modules)
        {
            var builder = new XmppModuleBuilder();
            module.Configure(builder);
            foreach (var declaration in builder.Declarations)
            {
                if (declaration.Host.Name == XmppHost.EveryService.Name) forAll.Add((declaration, module.GetType()));
                else HostOf(declaration).Add(declaration, module.GetType());
            }
        }

        foreach (var service in Services)
        {
            foreach (var (declaration, module) in forAll) service.Add(declaration with { Host = service.Host }, module);
        }
    }

    private HostHandlers HostOf(XmppDeclaration declaration)
    {
        if (!_hosts.TryGetValue(declaration.Host.Name, out var host)) _hosts[declaration.Host.Name] = host = new(declaration.Host);
        return host;
    }

    public HostHandlers? Find(string name) => _hosts.GetValueOrDefault(name);

    public HostHandlers Domain => _hosts[""];

    public HostHandlers Account => _hosts["@"];

    /// <summary>An account as everybody but its owner asks it.</summary>
    public HostHandlers AccountForOthers => _hosts["@others"];

    /// <summary>Services, by name.</summary>
    public IEnumerable<HostHandlers> Services => _hosts.Values.Where(h => h.Host.Name is not ("" or "@" or "@others")).OrderBy(h => h.Host.Name, StringComparer.Ordinal);
}
