using System.Diagnostics.CodeAnalysis;

using Edge.Things;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Routing;

/// <summary>The addresses that a client wrote to lately: who talks to somebody names him in each message, and reading an address costs more than
/// finding it. Used by one loop.</summary>
[Xep(0, "RFC 7622", Note = "Addresses, on streams and in the configuration")]
internal sealed class AddressCache
{
    private const int Places = 8; // a person's conversations, a thing's few partners
    private const int MaxBytes = 256;

    private (byte[] Text, Jid Jid)[]? _places;

    /// <summary>Reads an address as it stands in an attribute.</summary>
    public bool TryRead(ReadOnlySpan<byte> text, [NotNullWhen(true)] out Jid? jid)
    {
        if (text.IsEmpty || text.Length > MaxBytes) return Jid.TryParse(XmlTokens.Decode(text), out jid);

        ref var place = ref (_places ??= new (byte[], Jid)[Places])[PlaceOf(text)];
        if (place.Text is not null && text.SequenceEqual(place.Text))
        {
            jid = place.Jid;
            return true;
        }

        if (!Jid.TryParse(XmlTokens.Decode(text), out jid)) return false;

        place = (text.ToArray(), jid);
        return true;
    }

    // What tells addresses apart is at the front, where the name is, and at the back, where the resource is.
    private static int PlaceOf(ReadOnlySpan<byte> text) => ((text[0] * 31) + (text[text.Length / 2] * 7) + text[^1] + text.Length) % Places;
}
