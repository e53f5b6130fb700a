namespace Edge.Things.Addresses;

/// <summary>Domains that are not plain ASCII (RFC 7622 §3.2, IDNA2008): kept with their own letters, whichever way they come.</summary>
internal static class InternationalDomain
{
    /// <summary>What a label in ASCII begins with that stands for others (RFC 5890).</summary>
    public const string Prefix = "xn--";

    private const int MostLabel = 63; // RFC 1035 §2.3.4, in ASCII

    /// <summary>The domain as it is compared and shown; null where it is none.</summary>
    public static string? Normalize(ReadOnlySpan<char> domain)
    {
        if (CodePoints.Of(domain) is not { } points) return null;

        // The mappings that RFC 5895 recommends for what people type.
        var mapped = CanonicalForm.Compose(CodePoints.ToLower(CodePoints.InUsualWidth(points)));
        var labels = CodePoints.ToText(mapped).Replace('\u3002', '.').Split('.');
        List<List<int>> read = [];
        foreach (var label in labels)
        {
            if (Read(label) is not { Count: > 0 } unicode) return null;
            read.Add(unicode);
        }

        // RFC 5893 §1.4: one label that runs from the right puts the rule on all of them.
        if (read.Exists(BidiRule.IsNeeded) && !read.TrueForAll(BidiRule.Holds)) return null;

        return string.Join('.', read.Select(CodePoints.ToText));
    }

    private static List<int>? Read(string label)
    {
        if (label.StartsWith(Prefix, StringComparison.Ordinal))
            // Only what comes back the same is an A-label (RFC 5891 §5.3); else two spellings were one name.
            return Punycode.Decode(label.AsSpan(Prefix.Length)) is { Count: > 0 } decoded && IsLabel(decoded) && Prefix + Punycode.Encode(decoded) == label ? decoded : null;

        if (CodePoints.Of(label) is not { Count: > 0 } points) return null;
        if (points.TrueForAll(c => c < 0x80)) return DomainName.IsLabel(label) ? points : null;
        return IsLabel(points) && Prefix.Length + Punycode.Encode(points).Length <= MostLabel ? points : null;
    }

    /// <summary>A label with letters of its own (RFC 5891 §4.2).</summary>
    private static bool IsLabel(List<int> label)
    {
        var facts = UnicodeFacts.Instance;
        if (label.TrueForAll(c => c < 0x80) || label[0] == '-' || label[^1] == '-' || label is [_, _, '-', '-', ..] || facts.CombiningClass(label[0]) > 0) return false;

        for (var i = 0; i < label.Count; i++)
            if (!facts.IsIdna(label[i]) && !ContextRules.Allow(label, i)) return false;

        var again = CanonicalForm.Compose(label);
        return again.SequenceEqual(label);
    }
}
