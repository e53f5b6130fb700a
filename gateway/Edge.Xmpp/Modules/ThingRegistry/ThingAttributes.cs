using System.Diagnostics.CodeAnalysis;
using System.Xml.Linq;

using Edge.Things;
using Edge.Xmpp.Modules.Iot;

namespace Edge.Xmpp.Modules.ThingRegistry;

/// <summary>The attributes that tell which thing is meant: an address, and a node behind it.</summary>
internal static class ThingAttributes
{
    /// <summary>Reads them; without <c>jid</c> the sender is meant, or a node behind him.</summary>
    public static bool TryRead(
        Iq iq, IotOptions limits, out bool isOther, [NotNullWhen(true)] out ThingId? thing, [NotNullWhen(false)] out StanzaError? error)
    {
        thing = null;
        var text = iq.Payload.Attribute("jid")?.Value;
        isOther = text is not null;
        var jid = iq.From;
        if (text is not null && !Jid.TryParse(text, out jid))
        {
            error = IotError.BadRequest("The attribute jid must be an address such as thing@edge.local.");
            return false;
        }

        if (!NodeAttributes.TryRead(iq.Payload, IotVocabulary.Of(iq.Payload.Name.Namespace), limits, out var node, out error)) return false;

        thing = new(jid!, node);
        return true;
    }

    /// <summary>Writes the address and the node of a thing.</summary>
    public static IEnumerable<XAttribute> Write(ThingId thing, IotVocabulary words) =>
        [new("jid", thing.Jid.ToString()), .. NodeAttributes.Write(thing.Node, words)];
}
