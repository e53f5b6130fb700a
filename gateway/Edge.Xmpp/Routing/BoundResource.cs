using Edge.Things;
using Edge.Transport;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Routing;

/// <summary>A client that is online: its address, what it said about its presence, and the way to it. Whoever routes sees only this, never a
/// connection.</summary>
internal sealed class BoundResource : IStanzaSource
{
    private readonly Outbox<ReadOnlyMemory<byte>> _outbox;
    private readonly TaskCompletionSource _departed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<EndReason, string, string> _end;

    /// <param name="jid">Its full address.</param>
    /// <param name="language">The language of its stream, for stanzas that name none.</param>
    /// <param name="outbox">The way to it.</param>
    /// <param name="end">Ends its session: the reason, the stream error's condition, and a text.</param>
    public BoundResource(Jid jid, string? language, Outbox<ReadOnlyMemory<byte>> outbox, Action<EndReason, string, string> end)
    {
        (Jid, Bare, _outbox, _end) = (jid, jid.Bare, outbox, end);
        Stamp = XmlText.Attribute("from", jid.ToString());
        BareStamp = XmlText.Attribute("from", Bare.ToString());
        LanguageStamp = language is null ? [] : XmlText.Attribute("xml:lang", language);
    }

    public Jid Jid { get; }

    public Jid Bare { get; }

    /// <summary><c>from</c> with the full address, ready to be put into a start tag.</summary>
    public byte[] Stamp { get; }

    /// <summary><c>from</c> with the bare address: for subscriptions (RFC 6121 §3.1.2).</summary>
    public byte[] BareStamp { get; }

    public byte[] LanguageStamp { get; }

    /// <summary>The last presence that went to everybody; null while the resource is not available.</summary>
    public Stanza? Presence { get; set; }

    /// <summary>Of the last presence: -128 to 127; below zero nothing to the bare address is delivered here.</summary>
    public int Priority { get; set; }

    public bool IsAvailable => Presence is not null;

    /// <summary>It has asked for the roster, and is told of changes (RFC 6121 §2.1.6).</summary>
    public bool WantsRoster { get; set; }

    /// <summary>Requests to services that are being worked on, in order for each service.</summary>
    public RequestChains Requests { get; } = new();

    RequestChains? IStanzaSource.Requests => Requests;

    /// <summary>Who was sent presence directly and is to be told when it goes (RFC 6121 §4.6.3). Touched by the session's own loop only.</summary>
    public HashSet<Jid> Directed { get; } = [];

    public ReadOnlyMemory<byte> Stamped(Stanza stanza) => stanza.Stamp(Stamp, LanguageStamp);

    /// <summary>Hands a stanza over. A client that reads too slowly loses its session, not the sender its time.</summary>
    public bool TryDeliver(ReadOnlyMemory<byte> stanza)
    {
        if (_outbox.TryPost(stanza, stanza.Length)) return true;

        End(EndReason.SlowConsumer, StreamErrors.PolicyViolation, "More waits for this client than xmpp:outboxStanzas or xmpp:outboxBytes allow.");
        return false;
    }

    /// <summary>Completes when the resource is off the table and everybody who saw it has been told.</summary>
    public Task Departed => _departed.Task;

    public void SetDeparted() => _departed.TrySetResult();

    /// <summary>Ends the session with a stream error.</summary>
    public void End(EndReason reason, string condition, string text) => _end(reason, condition, text);
}
