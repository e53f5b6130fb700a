using System.Globalization;
using System.Xml.Linq;

using Edge.Things.Registry;
using Edge.Xmpp.Modules.Iot;

namespace Edge.Xmpp.Modules.ThingRegistry;

/// <summary>One condition of a search (XEP-0347 §3.14): an operator on a tag, numbers or texts.</summary>
internal sealed class ThingCondition
{
    private readonly Func<Tag, bool> _holds;
    private readonly string _name;

    private ThingCondition(string name, Func<Tag, bool> holds) => (_name, _holds) = (name, holds);

    /// <summary>True where the thing has the tag, and the tag meets the condition. KEY is never found.</summary>
    public bool Holds(Thing thing) =>
        !string.Equals(_name, "KEY", StringComparison.OrdinalIgnoreCase)
        && thing.Tags.FirstOrDefault(t => string.Equals(t.Name, _name, StringComparison.OrdinalIgnoreCase)) is { } tag && _holds(tag);

    /// <summary>Reads a condition; null where it is not one.</summary>
    public static ThingCondition? TryRead(XElement element)
    {
        var (name, word) = (element.Attribute("name")?.Value, element.Name.LocalName);
        if (string.IsNullOrEmpty(name) || word.Length < 4) return null;

        var isNumber = word.StartsWith("num", StringComparison.Ordinal);
        if (!isNumber && !word.StartsWith("str", StringComparison.Ordinal)) return null;

        var holds = word[3..] switch
        {
            "Range" or "NRange" => Range(element, isNumber, isOutside: word[3] == 'N'),
            "Mask" when !isNumber => Mask(element),
            var comparison => Compare(element, comparison, isNumber),
        };
        return holds is null ? null : new(name, holds);
    }

    private static Func<Tag, bool>? Compare(XElement element, string comparison, bool isNumber)
    {
        Func<int, bool>? test = comparison switch
        {
            "Eq" => c => c == 0,
            "NEq" => c => c != 0,
            "Gt" => c => c > 0,
            "GtEq" => c => c >= 0,
            "Lt" => c => c < 0,
            "LtEq" => c => c <= 0,
            _ => null,
        };
        return test is null || Order(element.Attribute("value")?.Value, isNumber) is not { } order ? null : tag => order(tag) is { } c && test(c);
    }

    private static Func<Tag, bool>? Range(XElement element, bool isNumber, bool isOutside)
    {
        if (Order(element.Attribute("min")?.Value, isNumber) is not { } min || Order(element.Attribute("max")?.Value, isNumber) is not { } max
            || !XmlValue.TryBoolean(element.Attribute("minIncluded"), absent: true, out var minIncluded)
            || !XmlValue.TryBoolean(element.Attribute("maxIncluded"), absent: true, out var maxIncluded))
            return null;

        return tag => min(tag) is { } low && max(tag) is { } high
            && ((low > 0 || (minIncluded && low == 0)) && (high < 0 || (maxIncluded && high == 0))) != isOutside;
    }

    // A mask is cut at its wildcard; the parts must follow one another. No regular expression: its cost could be chosen by a stranger.
    private static Func<Tag, bool>? Mask(XElement element)
    {
        var (mask, wildcard) = (element.Attribute("value")?.Value, element.Attribute("wildcard")?.Value);
        if (mask is null || string.IsNullOrEmpty(wildcard)) return null;

        var parts = mask.Split(wildcard);
        return tag => tag.Text is { } text && Follows(text, parts);
    }

    private static bool Follows(string text, string[] parts)
    {
        if (parts.Length == 1) return string.Equals(text, parts[0], StringComparison.OrdinalIgnoreCase);

        if (!text.StartsWith(parts[0], StringComparison.OrdinalIgnoreCase)) return false;

        var at = parts[0].Length;
        foreach (var part in parts[1..^1])
        {
            var found = text.IndexOf(part, at, StringComparison.OrdinalIgnoreCase);
            if (found < 0) return false;

            at = found + part.Length;
        }

        return text.Length - at >= parts[^1].Length && text.EndsWith(parts[^1], StringComparison.OrdinalIgnoreCase);
    }

    // How a tag compares with a constant; null where the tag is of the other type. Texts compare without regard to case.
    private static Func<Tag, int?>? Order(string? constant, bool isNumber)
    {
        if (constant is null) return null;

        if (!isNumber) return tag => tag.Text is { } text ? string.Compare(text, constant, StringComparison.OrdinalIgnoreCase) : null;

        return XmlValue.TryDouble(constant, out var number) ? tag => tag.Number?.CompareTo(number) : null;
    }
}

/// <summary>A page of search results.</summary>
internal static class ThingsFound
{
    /// <summary>Writes public things without their owners and without KEY.</summary>
    public static XElement Write(XNamespace ns, IEnumerable<Thing> things, bool hasMore)
    {
        var words = IotVocabulary.Of(ns);
        return new(ns + "found", new XAttribute("more", hasMore ? "true" : "false"), things.Select(thing => new XElement(
            ns + "thing",
            words.IsDrafts && thing.Owner is { } owner ? new XAttribute("owner", owner.Bare.ToString()) : null,
            ThingAttributes.Write(thing.Id, words),
            thing.Tags.Where(t => !string.Equals(t.Name, "KEY", StringComparison.OrdinalIgnoreCase)).Select(t => Write(ns, t)))));
    }

    private static XElement Write(XNamespace ns, Tag tag) => new(
        ns + (tag.Number is null ? "str" : "num"),
        new XAttribute("name", XmlText.Clean(tag.Name)),
        new XAttribute("value", tag.Number is { } number ? number.ToString("R", CultureInfo.InvariantCulture) : XmlText.Clean(tag.Text ?? "")));
}
