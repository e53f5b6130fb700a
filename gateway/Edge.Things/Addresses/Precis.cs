namespace Edge.Things.Addresses;

/// <summary>The profiles of RFC 8265 that addresses and passwords use, for text that is not ASCII throughout.</summary>
internal static class Precis
{
    /// <summary>UsernameCaseMapped (RFC 8265 §3.3), for local parts; null where it is refused.</summary>
    public static string? Username(ReadOnlySpan<char> text)
    {
        if (CodePoints.Of(text) is not { Count: > 0 } points) return null;

        var mapped = CodePoints.InUsualWidth(points);
        if (!IsOf(mapped, UnicodeFacts.Instance.IsIdentifier)) return null;

        mapped = CanonicalForm.Compose(CodePoints.ToLower(mapped));
        // RFC 8264 §7: the class is looked at once more behind all mappings.
        if (!IsOf(mapped, UnicodeFacts.Instance.IsIdentifier) || (BidiRule.IsNeeded(mapped) && !BidiRule.Holds(mapped))) return null;

        return CodePoints.ToText(mapped);
    }

    /// <summary>OpaqueString (RFC 8265 §4.2), for resources and passwords; null where it is refused.</summary>
    public static string? Opaque(ReadOnlySpan<char> text)
    {
        if (CodePoints.Of(text) is not { Count: > 0 } points || !IsOf(points, UnicodeFacts.Instance.IsFreeform)) return null;

        var mapped = CanonicalForm.Compose(points.ConvertAll(c => IsSpace(c) ? ' ' : c));
        return IsOf(mapped, UnicodeFacts.Instance.IsFreeform) ? CodePoints.ToText(mapped) : null;
    }

    private static bool IsOf(List<int> text, Func<int, bool> isValid)
    {
        for (var i = 0; i < text.Count; i++)
            if (!isValid(text[i]) && !ContextRules.Allow(text, i)) return false;

        return true;
    }

    // General category Zs.
    private static bool IsSpace(int c) => c is 0x20 or 0xA0 or 0x1680 or (>= 0x2000 and <= 0x200A) or 0x202F or 0x205F or 0x3000;
}
