using System.Globalization;
using Edge.Things.Registry;

namespace Edge.Portal.Views;

/// <summary>What the registry knows of a thing, in words; never its KEY.</summary>
internal static class ThingDetails
{
    // XEP-0347 §3.3's names, as people would say them.
    private static readonly (string Tag, string Name)[] Known =
    [
        ("NAME", "Name"), ("MAN", "Made by"), ("MODEL", "Model"), ("SN", "Serial number"), ("CLASS", "Class"), ("V", "Version"),
        ("COUNTRY", "Country"), ("REGION", "Region"), ("CITY", "City"), ("AREA", "Area"), ("STREET", "Street"), ("STREETNR", "Street number"),
        ("BLD", "Building"), ("APT", "Apartment"), ("ROOM", "Room"), ("URL", "More about it"), ("PURL", "Product page"),
    ];

    /// <summary>Name and text of every tag that is there, then where the thing is and since when it is the owner's.</summary>
    public static IEnumerable<(string Name, string Text)> Of(Thing thing, TimeProvider clock)
    {
        foreach (var line in OfTags(thing.Tags).Where(l => l.Name != "Name")) yield return line;

        yield return ("Address", thing.Id.Jid.ToString());
        if (!thing.Id.Node.IsNone) yield return ("Node", thing.Id.Node.ToString());
        if (thing.ClaimedAt is { } since) yield return ("Yours since", Words.Moment(since, clock));
    }

    /// <summary>Name and text of the tags that people know, in a fixed order.</summary>
    public static IEnumerable<(string Name, string Text)> OfTags(IReadOnlyList<Tag> tags) =>
        from known in Known
        let tag = tags.FirstOrDefault(t => string.Equals(t.Name, known.Tag, StringComparison.OrdinalIgnoreCase))
        let text = tag?.Text ?? tag?.Number?.ToString(CultureInfo.InvariantCulture)
        where !string.IsNullOrEmpty(text)
        select (known.Name, text);
}
