using System.Globalization;
using System.Text;

namespace Edge.Things.Registry;

/// <summary>What is true of any list of tags: which are in order, which count, and when two lists are the same.</summary>
internal static class TagSet
{
    /// <summary>The claim secret.</summary>
    public const string Key = "KEY";

    private const string RegistryAddress = "R"; // XEP-0347: only in URIs, where it says which registry to ask
    private const int MaxNameLength = 64; // XEP-0347, "Tags"
    private const int MaxTextLength = 128;

    /// <summary>What is wrong with <paramref name="tags"/>, or null.</summary>
    public static string? Check(IReadOnlyList<Tag> tags, int maxTags)
    {
        if (tags.Count > maxTags) return $"{tags.Count} tags are more than the {maxTags} that things:maxTagsPerThing allows.";

        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var tag in tags)
        {
            if (!IsName(tag.Name)) return $"A tag name has 1 to {MaxNameLength} characters, none of them a colon, a number sign or white space.";
            if (!seen.Add(tag.Name)) return $"The tag {tag.Name} is given twice.";
            if (tag.Text is { Length: > MaxTextLength }) return $"The tag {tag.Name} is longer than {MaxTextLength} characters.";
            if (tag.Text is null && tag.Number is not { } number || tag.Number is { } n && !double.IsFinite(n))
                return $"The tag {tag.Name} has neither a text nor a finite number.";
        }

        return null;
    }

    /// <summary>The tags that are stored and compared: no registry address, nothing empty, no claim key.</summary>
    public static IReadOnlyList<Tag> Plain(IEnumerable<Tag> tags) =>
        [.. tags.Where(t => !Is(t, RegistryAddress) && !Is(t, Key) && t.Text is not "")];

    /// <summary>The claim key among <paramref name="tags"/>, or null.</summary>
    public static string? KeyOf(IEnumerable<Tag> tags) =>
        tags.FirstOrDefault(t => Is(t, Key))?.Text is { Length: > 0 } key ? key : null;

    /// <summary>True where the tag has this name, whatever the case.</summary>
    public static bool Is(Tag tag, string name) => string.Equals(tag.Name, name, StringComparison.OrdinalIgnoreCase);

    /// <summary>A text that is the same for two lists exactly where they hold the same tags, in whatever order. Lengths go first,
    /// so that no value can pass for the beginning of another tag.</summary>
    public static string Fingerprint(IReadOnlyList<Tag> plain)
    {
        var text = new StringBuilder();
        foreach (var tag in plain.OrderBy(t => t.Name, StringComparer.OrdinalIgnoreCase))
        {
            var value = tag.Text ?? tag.Number!.Value.ToString("R", CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $"{tag.Name.Length}:{tag.Name.ToUpperInvariant()}");
            text.Append(CultureInfo.InvariantCulture, $"{(tag.Text is null ? '#' : '=')}{value.Length}:{value};");
        }

        return text.ToString();
    }

    /// <summary><paramref name="tags"/> with <paramref name="changes"/> put in; a change with an empty text takes its tag out.</summary>
    public static IReadOnlyList<Tag> Merge(IReadOnlyList<Tag> tags, IReadOnlyList<Tag> changes) =>
        [.. tags.Where(t => !changes.Any(c => Is(c, t.Name))), .. Plain(changes)];

    private static bool IsName(string name) =>
        name.Length is > 0 and <= MaxNameLength && !name.Any(c => c is ':' or '#' || char.IsWhiteSpace(c) || char.IsControl(c));
}
