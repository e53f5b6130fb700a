using System.Xml.Linq;

using Edge.Things;
using Edge.Transport;
using Edge.Xmpp.Sessions;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Routing;

/// <summary>A client that is online: its address, what it said about its presence, and the way to it. Whoever routes sees only this, never a
/// connection; it may be without one for a while (XEP-0198 §5).</summary>
#pragma warning disable CA1001 // its token source holds no timer, and work may look at it late: it is never disposed
internal sealed class BoundResource : IStanzaSource
#pragma warning restore CA1001
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _departed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _gone = new();
    private readonly ModuleStates _states = new();
    private readonly LinkStage _last;
    private DeliveryStage _first;
    private IResourceKeeper? _keeper;
    private bool _isOver;
    private long _takesSince = long.MaxValue;

    /// <param name="jid">Its full address.</param>
    /// <param name="language">The language of its stream, for stanzas that name none.</param>
    /// <param name="link">Its connection.</param>
    public BoundResource(Jid jid, string? language, ClientLink link)
    {
        (Jid, Bare, Since) = (jid, jid.Bare, link.Facts.Since);
        _first = _last = new(link, Traffic);
        Stamp = XmlText.Attribute("from", jid.ToString());
        BareStamp = XmlText.Attribute("from", Bare.ToString());
        LanguageStamp = language is null ? [] : XmlText.Attribute("xml:lang", language);
    }

    public Jid Jid { get; }

    public Jid Bare { get; }

    /// <summary>When its first connection came.</summary>
    public DateTimeOffset Since { get; }

    /// <summary>What it received and sent.</summary>
    public SessionTraffic Traffic { get; } = new();

    /// <summary><c>from</c> with the full address, ready to be put into a start tag.</summary>
    public byte[] Stamp { get; }

    /// <summary>The full address, as it stands in an attribute.</summary>
    public ReadOnlySpan<byte> AddressBytes => Stamp.AsSpan(" from='".Length..^1);

    /// <summary><c>from</c> with the bare address: for subscriptions (RFC 6121 §3.1.2).</summary>
    public byte[] BareStamp { get; }

    public byte[] LanguageStamp { get; }

    /// <summary>The last presence that went to everybody; null while the resource is not available.</summary>
    public Stanza? Presence { get; set; }

    /// <summary>Of the last presence: -128 to 127; below zero nothing to the bare address is delivered here.</summary>
    public int Priority { get; set; }

    public bool IsAvailable => Presence is not null;

    /// <summary>True where it took messages to the account at that time, and does since.</summary>
    public bool TookMessagesAt(DateTimeOffset at) => Volatile.Read(ref _takesSince) <= at.UtcTicks;

    /// <summary>It takes messages to the account from now on; null: it does not.</summary>
    public void TakesMessages(DateTimeOffset? since) => Volatile.Write(ref _takesSince, since?.UtcTicks ?? long.MaxValue);

    /// <summary>It has asked for the roster, and is told of changes (RFC 6121 §2.1.6).</summary>
    public bool WantsRoster { get; set; }

    /// <summary>Requests to services that are being worked on, in order for each service.</summary>
    public RequestChains Requests { get; } = new();

    RequestChains? IStanzaSource.Requests => Requests;

    /// <summary>Whom it wrote to lately. Touched by the session's own loop only.</summary>
    public AddressCache Addresses { get; } = new();

    /// <summary>Who was sent presence directly.</summary>
    public DirectedPresence Directed { get; } = new();

    /// <summary>The connection of now; null while the client is expected to come back.</summary>
    public ClientLink? Link => _last.Link;

    /// <summary>False while the client is expected to come back.</summary>
    public bool IsConnected => Link is not null;

    /// <summary>Cancelled when the resource goes for good: for work that outlives a connection.</summary>
    public CancellationToken Gone => _gone.Token;

    /// <summary>It may outlive its connection.</summary>
    public bool IsKept => Volatile.Read(ref _keeper) is not null;

    /// <summary>It goes for good: nobody can take it up again.</summary>
    public bool IsOver => Volatile.Read(ref _isOver);

    /// <summary>Why its last connection ended; null until the resource goes with it.</summary>
    public EndReason? Ended { get; private set; }

    /// <summary>Nothing waited to be sent when its connection ended for good.</summary>
    public bool HadEverything { get; private set; }

    /// <summary>What a module remembers of this session.</summary>
    public T? Get<T>() where T : class => _states.Get<T>();

    /// <summary>Remembers something of this session, in place of what there was of the same type.</summary>
    public void Set<T>(T state) where T : class => _states.Set(state);

    public ReadOnlyMemory<byte> Stamped(Stanza stanza) => stanza.Stamp(Stamp, LanguageStamp);

    /// <summary>Hands a stanza over. A client that reads too slowly loses its session, not the sender its time.</summary>
    /// <param name="stanza">One whole stanza of <c>jabber:client</c>, in UTF-8, that stands for itself.</param>
    public bool TryDeliver(ReadOnlyMemory<byte> stanza)
    {
        string? overflow;
        lock (_lock) overflow = _first.Pass(stanza);
        if (overflow is null) return true;

        End(EndReason.SlowConsumer, StreamErrors.PolicyViolation, overflow);
        return false;
    }

    /// <summary>True as soon as the client has acknowledged everything that was delivered up to now, false where it goes for good before; null
    /// where it does not acknowledge.</summary>
    public Task<bool>? AcknowledgedAsync()
    {
        lock (_lock) return _keeper?.AcknowledgedAsync();
    }

    /// <summary>So much waits for the client's acknowledgement that whoever can wait with more should: what comes from others needs the rest.</summary>
    public bool IsHalfFull
    {
        get
        {
            lock (_lock) return _keeper?.IsHalfFull == true;
        }
    }

    /// <summary>Sends an element that is no stanza, and is lost where the client is not there.</summary>
    public void TryPost(ReadOnlyMemory<byte> element)
    {
        lock (_lock) _last.Link?.TryPost(element);
    }

    /// <summary>Does something between two deliveries, as a stage does its work.</summary>
    public void Between(Action action)
    {
        lock (_lock) action();
    }

    /// <summary>As above, for what happens often: without an object for what the action is about.</summary>
    public void Between<T>(Action<T> action, T about)
    {
        lock (_lock) action(about);
    }

    /// <summary>Puts a module's stage between the senders and the connection.</summary>
    public void Insert(DeliveryStage stage)
    {
        lock (_lock)
        {
            DeliveryStage? before = null;
            var at = _first;
            for (; at.Order <= stage.Order; at = at.Next) before = at;
            stage.Next = at;
            if (before is null) _first = stage;
            else before.Next = stage;
        }
    }

    /// <summary>Names who keeps the resource when its connection is gone.</summary>
    public void KeepWith(IResourceKeeper keeper)
    {
        lock (_lock) _keeper = keeper;
    }

    /// <summary>Gives the resource a new connection, in place of one that was let go.</summary>
    /// <returns>False where it goes for good, or has a connection.</returns>
    public bool TryAttach(ClientLink link)
    {
        lock (_lock)
        {
            if (_isOver || IsConnected) return false;

            // From the connection towards the senders: what a stage lets go now finds its way.
            foreach (var stage in Stages().Reverse()) stage.OnAttached(link);
            return true;
        }
    }

    /// <summary>A connection has ended.</summary>
    /// <returns>False where the resource goes with it: the caller then sees it off.</returns>
    public bool LetGo(ClientLink link, EndReason reason)
    {
        lock (_lock)
        {
            if (Link != link) return true;
            if (!_isOver && _keeper?.TryKeep(reason) == true && TryDetach()) return true;

            (_isOver, Ended, HadEverything) = (true, reason, link.WaitingBytes == 0);
            return false;
        }
    }

    /// <summary>Ends the session with a stream error; one that is without a connection ends at once.</summary>
    public void End(EndReason reason, string condition, string text, XElement? detail = null)
    {
        ClientLink? link;
        IResourceKeeper? released = null;
        lock (_lock)
        {
            link = Link;
            // A client that was only slow, or silent, may come back over a better connection.
            if (reason is not (EndReason.SlowConsumer or EndReason.KeepAliveTimeout or EndReason.PeerGone) || link is null)
            {
                if (link is null && !_isOver) released = _keeper;
                _isOver = true;
            }
        }

        link?.End(reason, condition, text, detail);
        released?.Release();
    }

    /// <summary>Ends the session, unless it has a connection.</summary>
    /// <returns>False where it has one, or goes already.</returns>
    public bool TryEndAway()
    {
        lock (_lock)
        {
            if (_isOver || IsConnected) return false;
            _isOver = true;
        }

        _keeper?.Release();
        return true;
    }

    /// <summary>Completes when the resource is off the table and everybody who saw it has been told.</summary>
    public Task Departed => _departed.Task;

    /// <summary>Nothing more comes: the last thing before <see cref="SetDeparted"/>.</summary>
    /// <returns>What the client has not acknowledged, where it acknowledges.</returns>
    public IReadOnlyList<UndeliveredStanza> Conclude()
    {
        lock (_lock) return _keeper?.Conclude() ?? [];
    }

    public void SetDeparted()
    {
        _ = _gone.CancelAsync(); // what follows from it runs elsewhere
        _departed.TrySetResult();
    }

    // From the connection towards the senders: what a stage lets go now finds the others without a connection.
    private bool TryDetach()
    {
        string? overflow = null;
        foreach (var stage in Stages().Reverse()) overflow = stage.OnDetached() ?? overflow;
        return overflow is null;
    }

    private IEnumerable<DeliveryStage> Stages()
    {
        for (var stage = _first; stage != _last; stage = stage.Next) yield return stage;
        yield return _last;
    }
}
