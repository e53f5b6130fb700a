using System.Collections.Concurrent;
using System.Xml.Linq;

using Edge.Things;
using Edge.Xmpp.Modules;

namespace Edge.Tests.Xmpp.Modules.Iot;

/// <summary>A stanza that a module sent.</summary>
internal sealed record SentStanza(Jid From, Jid To, XElement Stanza)
{
    /// <summary>Its payload; the last child, because a text for people goes before it.</summary>
    public XElement Payload => Stanza.Elements().Last();
}

/// <summary>Records what modules send, and answers requests as its <see cref="Answer"/> says.</summary>
internal sealed class RecordingSender : IStanzaSender
{
    private readonly ConcurrentDictionary<Jid, Jid[]> _online = new();

    public string Domain => "edge.local";

    public ConcurrentQueue<SentStanza> Sent { get; } = new();

    public ConcurrentQueue<SentStanza> Requests { get; } = new();

    /// <summary>How long the last request was to wait.</summary>
    public TimeSpan LastTimeout { get; private set; }

    /// <summary>What a recipient answers to a request; a timeout unless a test says otherwise.</summary>
    public Func<SentStanza, Task<IqResult>> Answer { get; set; } = _ => Task.FromResult<IqResult>(StanzaError.RemoteServerTimeout);

    /// <summary>Puts accounts online at these addresses, or takes them offline.</summary>
    public void SetOnline(string bare, params string[] resources) => _online[Jid.Parse(bare)] = [.. resources.Select(Jid.Parse)];

    public ValueTask SendAsync(Jid from, Jid to, XElement stanza, CancellationToken cancel = default)
    {
        // Whatever is sent must be writable: a text that XML cannot carry throws here as it would on the wire.
        Sent.Enqueue(new(from, to, XElement.Parse(stanza.ToString(SaveOptions.DisableFormatting))));
        return ValueTask.CompletedTask;
    }

    public async ValueTask<IqResult> RequestAsync(
        Jid from, Jid to, IqType type, XElement payload, TimeSpan timeout, CancellationToken cancel = default)
    {
        LastTimeout = timeout;
        var request = new SentStanza(from, to, new XElement("iq", new XElement(payload)));
        Requests.Enqueue(request);
        return await Answer(request);
    }

    public IReadOnlyList<Jid> OnlineResources(Jid bare) => _online.GetValueOrDefault(bare) ?? [];
}
