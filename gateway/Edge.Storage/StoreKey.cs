namespace Edge.Storage;

/// <summary>The rule for keys, and their order.</summary>
internal static class StoreKey
{
    /// <summary>The order of keys: by code point, as UTF-8 bytes compare. (<see cref="StringComparer.Ordinal"/> sorts by UTF-16, where an emoji comes
    /// before some letters.)</summary>
    public static IComparer<string> Order { get; } = Comparer<string>.Create(Compare);

    /// <summary>False for what no document can be stored under: a NUL ends a text in SQLite, and half a surrogate pair has no bytes; different
    /// keys would become the same one.</summary>
    public static bool IsValid(string key)
    {
        for (var i = 0; i < key.Length; i++)
        {
            if (key[i] == '\0' || char.IsLowSurrogate(key[i])) return false;
            if (char.IsHighSurrogate(key[i]) && (++i == key.Length || !char.IsLowSurrogate(key[i]))) return false;
        }

        return true;
    }

    /// <summary>Throws where a document is to be stored under a key that breaks the rule: that is a bug in the caller.</summary>
    public static string Check(string key) =>
        IsValid(key) ? key : throw new ArgumentException("A key must be well-formed text without NUL.", nameof(key));

    private static int Compare(string? a, string? b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var same = a.AsSpan().CommonPrefixLength(b);
        if (same == a.Length || same == b.Length) return a.Length - b.Length;

        var (left, right) = (a[same], b[same]);
        // Code points beyond the first plane are the highest, though their surrogates are not.
        return char.IsSurrogate(left) == char.IsSurrogate(right) ? left - right : char.IsSurrogate(left) ? 1 : -1;
    }
}
