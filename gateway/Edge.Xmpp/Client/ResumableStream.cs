using System.Globalization;
using System.Xml.Linq;

namespace Edge.Xmpp.Client;

/// <summary>
/// The client's side of stream management (XEP-0198): counts stanzas in both directions, and keeps those that the server has not acknowledged, so that a
/// stream can be gone on with on another connection. Safe for concurrent use.
/// </summary>
internal sealed class ResumableStream
{
    public static readonly XNamespace Namespace = "urn:xmpp:sm:3";

    private readonly Lock _lock = new();
    private readonly Queue<XElement> _unacknowledged = new();
    private uint _received;
    private uint _acknowledged;

    /// <summary>The name to resume the stream by; null where it cannot be.</summary>
    public string? Id { get; private set; }

    /// <summary>Stanzas are counted.</summary>
    public bool IsOn { get; private set; }

    /// <summary>How many stanzas the server has not acknowledged.</summary>
    public int Unacknowledged
    {
        get
        {
            lock (_lock) return _unacknowledged.Count;
        }
    }

    /// <summary>A new stream has begun, from zero; <paramref name="id"/> is null where the server will not resume it.</summary>
    public void Begin(string? id)
    {
        lock (_lock) (Id, IsOn, _received, _acknowledged) = (id, true, 0, 0);
    }

    /// <summary>The stream cannot be gone on with; what the server has not acknowledged is remembered until <see cref="Forget"/>.</summary>
    public void GiveUp()
    {
        lock (_lock) Id = null;
    }

    /// <summary>There is nothing to resume.</summary>
    /// <returns>What the server has not acknowledged.</returns>
    public IReadOnlyList<XElement> Forget()
    {
        lock (_lock)
        {
            (Id, IsOn) = (null, false);
            XElement[] lost = [.. _unacknowledged];
            _unacknowledged.Clear();
            return lost;
        }
    }

    /// <summary>A stanza is on its way.</summary>
    public void Sent(XElement stanza)
    {
        lock (_lock)
        {
            if (IsOn) _unacknowledged.Enqueue(stanza);
        }
    }

    /// <summary>A stanza came in, and is dealt with.</summary>
    public void Received()
    {
        lock (_lock) _received++;
    }

    /// <summary>The server has taken <paramref name="count"/> stanzas since the stream began, modulo 2^32.</summary>
    /// <exception cref="XmppClientException">It speaks of more than were sent.</exception>
    public void Acknowledge(uint count)
    {
        if (!TryAcknowledge(count)) throw new XmppClientException("undefined-condition", "The server acknowledges what was never sent.");
    }

    /// <summary>As <see cref="Acknowledge"/>, of a server that will not go on with the stream.</summary>
    /// <returns>False where it speaks of more than were sent: then nothing is known.</returns>
    public bool TryAcknowledge(uint count)
    {
        lock (_lock)
        {
            var taken = unchecked(count - _acknowledged);
            if (taken > (uint)_unacknowledged.Count) return false;

            _acknowledged = count;
            for (; taken > 0; taken--) _unacknowledged.Dequeue();
            return true;
        }
    }

    /// <summary>The stream goes on; what is to be sent again is what the server did not get.</summary>
    public IReadOnlyList<XElement> Resume(uint count)
    {
        lock (_lock)
        {
            Acknowledge(count);
            return [.. _unacknowledged];
        }
    }

    /// <summary>The answer to "how many did you take?".</summary>
    public XElement Answer() => new(Namespace + "a", Count());

    /// <summary>Asks to go on.</summary>
    public XElement ResumeRequest() => new(Namespace + "resume", Count(), new XAttribute("previd", Id!));

    /// <summary>Reads the count of an acknowledgement.</summary>
    /// <exception cref="XmppClientException">There is none.</exception>
    public static uint CountOf(XElement element) =>
        uint.TryParse(element.Attribute("h")?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count
            : throw new XmppClientException("bad-format", "The server acknowledges without a number.");

    private XAttribute Count()
    {
        lock (_lock) return new("h", _received.ToString(CultureInfo.InvariantCulture));
    }
}
