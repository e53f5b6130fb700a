using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Xml.Linq;

using Edge.Things.Registry;
using Edge.Xmpp.Modules.Iot;

namespace Edge.Xmpp.Modules.ThingRegistry;

/// <summary>Reads and writes tags: <c>str</c> with a text, <c>num</c> with a number, within the limits of XEP-0347 §4.2.</summary>
internal static class TagReader
{
    private const int MaxNameLength = 64; // 32 in XEP-0347, 64 in its successors
    private const int MaxTextLength = 128;

    /// <summary>Reads the tags of a request.</summary>
    public static bool TryRead(
        XElement payload, IotOptions limits, out IReadOnlyList<Tag> tags, [NotNullWhen(false)] out StanzaError? error)
    {
        var found = new List<Tag>();
        tags = found;
        error = null;
        foreach (var element in payload.Elements().Where(e => e.Name.Namespace == payload.Name.Namespace))
        {
            if (TryReadTag(element) is not { } tag)
            {
                error = IotError.BadRequest(
                    $"A tag is str or num, with a name of 1 to {MaxNameLength} characters without ':', '#' and white space, and a value: a number, or up to {MaxTextLength} characters.");
                return false;
            }

            found.Add(tag);
        }

        if (found.Count > limits.MaxNamesPerRequest)
        {
            error = IotError.BadRequest(string.Create(CultureInfo.InvariantCulture,
                $"A request may have {limits.MaxNamesPerRequest} tags at most (xmpp:iot:maxNamesPerRequest)."));
        }
        else if (found.Select(t => t.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count() < found.Count)
        {
            error = IotError.BadRequest("A tag is given twice.");
        }

        return error is null;
    }

    private static Tag? TryReadTag(XElement element)
    {
        var (name, value) = (element.Attribute("name")?.Value, element.Attribute("value")?.Value);
        if (string.IsNullOrEmpty(name) || name.Length > MaxNameLength || value is null || name.Any(c => c is ':' or '#' || char.IsWhiteSpace(c))) return null;

        return element.Name.LocalName switch
        {
            "str" when value.Length <= MaxTextLength => new(name, value),
            "num" when XmlValue.TryDouble(value, out var number) => new(name, null, number),
            _ => null,
        };
    }
}
