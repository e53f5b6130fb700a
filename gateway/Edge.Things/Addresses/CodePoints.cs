using System.Text;

namespace Edge.Things.Addresses;

/// <summary>Text as code points and back.</summary>
internal static class CodePoints
{
    /// <summary>The code points, or null where there is half a surrogate pair.</summary>
    public static List<int>? Of(ReadOnlySpan<char> text)
    {
        List<int> points = new(text.Length);
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out var rune, out var taken) != System.Buffers.OperationStatus.Done) return null;
            points.Add(rune.Value);
            text = text[taken..];
        }

        return points;
    }

    /// <summary>The text.</summary>
    public static string ToText(List<int> points)
    {
        var text = new StringBuilder(points.Count);
        foreach (var point in points) text.Append(new Rune(point));
        return text.ToString();
    }

    /// <summary>In lower case, character by character as in the Unicode Character Database. The one letter that becomes two does so.</summary>
    public static List<int> ToLower(List<int> points)
    {
        List<int> lower = new(points.Count);
        foreach (var point in points)
        {
            if (point == 0x130) lower.AddRange([0x69, 0x307]); // I with dot above
            else lower.Add(Rune.ToLowerInvariant(new(point)).Value);
        }

        return lower;
    }

    /// <summary>In their usual width.</summary>
    public static List<int> InUsualWidth(List<int> points) => points.ConvertAll(UnicodeFacts.Instance.InUsualWidth);
}
