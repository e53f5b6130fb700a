namespace Edge.Storage;

/// <summary>The rule for names of collections.</summary>
internal static class StoreName
{
    private const int MaxLength = 64;

    /// <summary>Throws where the name breaks the rule of <see cref="IStorage.Open{T}"/>: that is a bug in the caller.</summary>
    public static string Check(string name) =>
        name.Length is > 0 and <= MaxLength && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? name
            : throw new ArgumentException($"'{name}' is no name of a collection: 1 to {MaxLength} of a-z, 0-9 and dash.", nameof(name));
}
