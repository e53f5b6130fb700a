using System.Xml.Linq;

using Edge.Things;
using Edge.Xmpp.Modules.DataForms;

namespace Edge.Xmpp.Modules;

/// <summary>Answers an iq request with a payload, with nothing, or with a stanza error.</summary>
public delegate ValueTask<IqResult> IqHandler(Iq request, CancellationToken cancel);

/// <summary>Takes a message addressed to the host.</summary>
public delegate ValueTask MessageHandler(Message message, CancellationToken cancel);

/// <summary>Takes a presence addressed to the host.</summary>
public delegate ValueTask PresenceHandler(Presence presence, CancellationToken cancel);

/// <summary>
/// What a module declares. Handlers and features belong to the host named last: the server's own domain (where a module begins), the bare
/// address of the own account (<see cref="OnAccount"/>) or of somebody else's (<see cref="OnAccountForOthers"/>), or a service (<see cref="OnService"/>).
/// </summary>
public sealed class XmppModuleBuilder
{
    private readonly List<XmppDeclaration> _declarations = [];
    private XmppHost _host = XmppHost.Domain;

    internal IReadOnlyList<XmppDeclaration> Declarations => _declarations;

    /// <summary>What follows belongs to the server's own domain.</summary>
    public XmppModuleBuilder OnDomain() => Use(XmppHost.Domain);

    /// <summary>What follows belongs to accounts: iq to the bare address of the sender, or without an address (RFC 6120 §10.3.3).</summary>
    public XmppModuleBuilder OnAccount() => Use(XmppHost.Account);

    /// <summary>What follows belongs to accounts, for everybody but their owner: iq to the bare address of somebody else. Whether there is such
    /// an account is for the handler to look up, and not for the answer to tell (RFC 6121 §8.5.1).</summary>
    public XmppModuleBuilder OnAccountForOthers() => Use(XmppHost.AccountForOthers);

    /// <summary>What follows belongs to the service <c>name.domain</c>. Several modules may add to one service; the identity
    /// (XEP-0030 §2.3) is given by whoever names it first.</summary>
    public XmppModuleBuilder OnService(string name, string category, string type, string description) =>
        Use(new XmppHost(name) { Category = category, Type = type, Description = description });

    /// <summary>What follows belongs to every service, whichever module made it.</summary>
    public XmppModuleBuilder OnEveryService() => Use(XmppHost.EveryService);

    /// <summary>Advertises a feature of the host in disco#info.</summary>
    public XmppModuleBuilder Feature(params IEnumerable<string> names)
    {
        foreach (var name in names) _declarations.Add(new(_host) { Feature = name });
        return this;
    }

    /// <summary>A further identity of the host (XEP-0030 §2.3).</summary>
    public XmppModuleBuilder Identity(string category, string type, string? name = null) =>
        Add(new(_host) { Identity = new(category, type, name) });

    /// <summary>Further information about the host in disco#info (XEP-0128); it stays as it is while the server runs.</summary>
    /// <exception cref="ArgumentException">The form has no <c>FORM_TYPE</c>.</exception>
    public XmppModuleBuilder Form(DataForm form) => form.Meaning is null
        ? throw new ArgumentException("A form in disco#info has a hidden field FORM_TYPE (XEP-0128 §2).", nameof(form))
        : Add(new(_host) { Form = form });

    /// <summary>A node of the host (XEP-0030 §3.2): what is asked of it is answered by this.</summary>
    public XmppModuleBuilder Node(string name, DiscoNode node) =>
        Nodes((_, asked, _) => new(string.Equals(asked, name, StringComparison.Ordinal) ? node : null));

    /// <summary>Nodes of the host that are found when somebody asks.</summary>
    public XmppModuleBuilder Nodes(DiscoNodeHandler find) => Add(new(_host) { Nodes = find });

    /// <summary>What is below the host in disco#items, beside the services that the domain has anyway.</summary>
    public XmppModuleBuilder Items(DiscoItemsHandler list) => Add(new(_host) { Items = list });

    /// <summary>Answers <c>iq type='get'</c> with this payload.</summary>
    public XmppModuleBuilder OnIqGet(XName payload, IqHandler handler) => Add(new(_host) { IqType = IqType.Get, Payload = payload, Iq = handler });

    /// <summary>Answers <c>iq type='set'</c> with this payload.</summary>
    public XmppModuleBuilder OnIqSet(XName payload, IqHandler handler) => Add(new(_host) { IqType = IqType.Set, Payload = payload, Iq = handler });

    /// <summary>Takes messages to the host that carry this payload.</summary>
    public XmppModuleBuilder OnMessage(XName payload, MessageHandler handler) => Add(new(_host) { Payload = payload, Message = handler });

    /// <summary>Takes presence to the host, subscriptions included.</summary>
    public XmppModuleBuilder OnPresence(PresenceHandler handler) => Add(new(_host) { Presence = handler });

    private XmppModuleBuilder Use(XmppHost host)
    {
        _host = host;
        return this;
    }

    private XmppModuleBuilder Add(XmppDeclaration declaration)
    {
        _declarations.Add(declaration);
        return this;
    }
}

/// <summary>A host of handlers: the domain, accounts, or a service.</summary>
internal sealed record XmppHost(string Name)
{
    public static XmppHost Domain { get; } = new("");

    public static XmppHost Account { get; } = new("@");

    public static XmppHost AccountForOthers { get; } = new("@others");

    public static XmppHost EveryService { get; } = new("*");

    public string Category { get; init; } = "";

    public string Type { get; init; } = "";

    public string Description { get; init; } = "";
}

/// <summary>One thing that a module declared.</summary>
internal sealed record XmppDeclaration(XmppHost Host)
{
    public string? Feature { get; init; }

    public DiscoIdentity? Identity { get; init; }

    public DataForm? Form { get; init; }

    public DiscoNodeHandler? Nodes { get; init; }

    public DiscoItemsHandler? Items { get; init; }

    public IqType IqType { get; init; }

    public XName? Payload { get; init; }

    public IqHandler? Iq { get; init; }

    public MessageHandler? Message { get; init; }

    public PresenceHandler? Presence { get; init; }
}

/// <summary>Sends stanzas from a module: unsolicited messages, requests of a service, presence.</summary>
public interface IStanzaSender
{
    /// <summary>The server's domain; a service lives at <c>name.domain</c>.</summary>
    string Domain { get; }

    /// <summary>Routes a message or presence. A message to a bare address is delivered as RFC 6121 §8 says.</summary>
    ValueTask SendAsync(Jid from, Jid to, XElement stanza, CancellationToken cancel = default);

    /// <summary>Sends an iq and waits for its answer; a timeout is <c>remote-server-timeout</c>, an absent recipient <c>service-unavailable</c>.</summary>
    ValueTask<IqResult> RequestAsync(Jid from, Jid to, IqType type, XElement payload, TimeSpan timeout, CancellationToken cancel = default);

    /// <summary>The full addresses at which an account is online now, best priority first.</summary>
    IReadOnlyList<Jid> OnlineResources(Jid bare);
}
