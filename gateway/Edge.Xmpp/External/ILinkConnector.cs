using System.Security.Cryptography.X509Certificates;
using System.Xml.Linq;

using Edge.Things;
using Edge.Xmpp.Client;
using Edge.Xmpp.Wire;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.External;

/// <summary>Signs in at the other server, in one of the two ways.</summary>
internal interface ILinkConnector
{
    /// <summary>The service by the name that modules gave it.</summary>
    string Service { get; }

    /// <summary>What stanzas of this service come from, without a resource.</summary>
    Jid Bare { get; }

    /// <summary>Where it connects, for people.</summary>
    string Endpoint { get; }

    /// <summary>Connects and signs in.</summary>
    Task<LinkSession> ConnectAsync(CancellationToken cancel);
}

/// <summary>Opens connections; tests put another in its place.</summary>
internal class LinkDialer
{
    /// <summary>A stream of bytes to a server.</summary>
    public virtual Task<Stream> DialAsync(string host, int port, CancellationToken cancel) => ClientConnection.OpenAsync(host, port, cancel);
}

/// <summary>What all links need.</summary>
internal sealed class LinkSetting(IOptions<ExternalOptions> options, IOptions<ThingsOptions> things, LinkDialer dialer, TimeProvider clock)
{
    public ExternalOptions Options => options.Value;

    public ThingsOptions Things => things.Value;

    public string Domain => things.Value.Domain.ToLowerInvariant();

    public LinkDialer Dialer => dialer;

    public TimeProvider Clock => clock;

    public LinkLimits Limits => new(Domain, Options.MaxQueuedStanzas, TimeSpan.FromSeconds(Options.PingSeconds));
}

/// <summary>A component (XEP-0114): the other server routes a whole domain to it.</summary>
internal sealed class ComponentConnector(LinkSetting setting, string service) : ILinkConnector
{
    public string Service => service;

    public Jid Bare { get; } = Jid.Parse($"{service}.{setting.Domain}");

    public string Endpoint => $"{Host}:{setting.Options.ComponentPort}";

    private string Host => setting.Options.ComponentHost.Length > 0 ? setting.Options.ComponentHost
        : setting.Options.Host.Length > 0 ? setting.Options.Host : setting.Domain;

    public async Task<LinkSession> ConnectAsync(CancellationToken cancel)
    {
        var own = setting.Options.Components[service];
        var secret = SecretText.Read(own.Secret, own.SecretFile);
        var connection = new ClientConnection(await setting.Dialer.DialAsync(Host, setting.Options.ComponentPort, cancel).ConfigureAwait(false));
        try
        {
            var id = await connection.OpenComponentStreamAsync(Bare.ToString(), cancel).ConfigureAwait(false);
            await connection.WriteAsync($"<handshake>{ComponentHandshake.Of(id, secret)}</handshake>", cancel).ConfigureAwait(false);
            var answer = await connection.ReadAsync(cancel).ConfigureAwait(false);
            if (answer.Name != XName.Get("handshake", XmppNames.ComponentNamespace)) throw new XmppClientException("not-authorized", "The server answered the handshake with something else.");

            return new(connection, Bare, new(), setting.Limits, setting.Clock);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}

/// <summary>The concentrator as a client with an account, whose stream outlives its connection (XEP-0198).</summary>
internal sealed class AccountConnector(LinkSetting setting) : ILinkConnector
{
    private readonly ResumableStream _stream = new();
    private Jid? _address;

    public string Service => ExternalNames.Concentrator;

    public Jid Bare => setting.Things.ConcentratorAddress;

    public string Endpoint => $"{Host}:{setting.Options.Port}";

    private string Host => setting.Options.Host.Length > 0 ? setting.Options.Host : setting.Domain;

    public async Task<LinkSession> ConnectAsync(CancellationToken cancel)
    {
        var options = Options();
        using var authority = options.Authority;
        var connection = new ClientConnection(await setting.Dialer.DialAsync(options.Host, options.Port, cancel).ConfigureAwait(false));
        try
        {
            var login = await new ClientLogin(connection, options).RunAsync(_stream, cancel).ConfigureAwait(false);
            _address = login.Address ?? _address;
            var session = new LinkSession(connection, _address!, _stream, setting.Limits, setting.Clock);
            var isNew = login.Address is not null;
            if (isNew) Enter(session); // before all that waits: without presence nothing is routed to us
            foreach (var stanza in login.Again)
            {
                if (isNew) session.TrySend(stanza);
                else session.TrySendAgain(stanza);
            }

            if (!isNew && session.HasRoom) AskForRoster(session);
            return session;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // Presence makes the server route to us, which it does to a stream that goes on.
    private static void Enter(LinkSession session)
    {
        AskForRoster(session);
        session.TrySend(new(XmppNames.Client + "presence", new XElement(XmppNames.Client + "priority", "0")));
    }

    // It tells who sees the concentrator, and makes the server tell of subscriptions (RFC 6121 §2.2).
    private static void AskForRoster(LinkSession session) =>
        session.TrySend(new(XmppNames.Client + "iq", new XAttribute("type", "get"), new XAttribute("id", "roster"), new XElement(ConcentratorContacts.Query)));

    private XmppClientOptions Options() => new()
    {
        Host = Host,
        Port = setting.Options.Port,
        DirectTls = setting.Options.DirectTls,
        Domain = setting.Domain,
        User = setting.Options.Account,
        Password = SecretText.Read(setting.Options.Password, setting.Options.PasswordFile),
        Resource = setting.Options.Resource,
        Authority = setting.Options.AuthorityFile.Length > 0 ? X509CertificateLoader.LoadCertificateFromFile(setting.Options.AuthorityFile) : null,
    };
}
