using Edge.Xmpp.Routing;
using Edge.Xmpp.Sessions;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Modules.ClientState;

/// <summary>Holds what is not important while nobody looks at a client. Guarded by the resource's lock, as every stage.</summary>
internal sealed class ClientStateStage(ClientStateOptions options) : DeliveryStage
{
    private readonly OrderedDictionary<string, ReadOnlyMemory<byte>> _held = new(StringComparer.Ordinal);
    private int _bytes;
    private bool _isAway;

    /// <summary>Somebody looks at the client. It is put in when a client says that nobody does; a stream begins active (XEP-0352 §4.2).</summary>
    public bool IsActive { get; private set; }

    public override int Order => 10;

    public override string? Pass(ReadOnlyMemory<byte> stanza)
    {
        if (IsActive) return Next.Pass(stanza);
        if (!Importance.MayWait(stanza.Span)) return Flush() ?? Next.Pass(stanza);

        var parsed = StanzaParser.Parse(stanza.ToArray(), StreamHeader.Plain, XmlText.OwnLimits);
        switch (Importance.Of(parsed))
        {
            case Urgency.ChatState when options.DropChatStates: return null;
            case Urgency.Presence when options.HoldPresence && !_isAway: return Hold(parsed.From ?? "", stanza);
            default: return Flush() ?? Next.Pass(stanza);
        }
    }

    /// <summary>The client says whether somebody looks at it.</summary>
    /// <returns>As <see cref="Pass"/>.</returns>
    public string? Set(bool isActive)
    {
        IsActive = isActive;
        return isActive ? Flush() : null;
    }

    /// <summary>A resumed stream begins active (§5.2); nothing is held, since the client was away.</summary>
    public override void OnAttached(ClientLink link) => (IsActive, _isAway) = (true, false);

    /// <summary>What waits for a client that is away is stream management's, which counts it with what all clients that are away may hold.</summary>
    public override string? OnDetached()
    {
        _isAway = true;
        return Flush();
    }

    private string? Hold(string from, ReadOnlyMemory<byte> stanza)
    {
        if (_held.TryGetValue(from, out var former))
        {
            _held.Remove(from); // behind the others: in the order of what was said last
            _bytes -= former.Length;
        }

        _held.Add(from, stanza);
        _bytes += stanza.Length;
        return _held.Count > options.MaxHeldPresences || _bytes > options.MaxHeldBytes ? Flush() : null;
    }

    private string? Flush()
    {
        foreach (var (_, stanza) in _held)
        {
            if (Next.Pass(stanza) is { } overflow) return overflow;
        }

        _held.Clear();
        _bytes = 0;
        return null;
    }
}
