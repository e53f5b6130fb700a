using System.Diagnostics.CodeAnalysis;

namespace Edge.Mqtt.Sessions;

/// <summary>What clients write, for the log: up to 64 KiB of it would come in one packet.</summary>
internal static class ClientWords
{
    /// <summary>Enough to know a topic by.</summary>
    public const int MaxCharacters = 200;

    /// <summary>The words, or their beginning.</summary>
    [return: NotNullIfNotNull(nameof(words))]
    public static string? Shorten(string? words)
    {
        if (words is null || words.Length <= MaxCharacters) return words;

        var length = char.IsHighSurrogate(words[MaxCharacters - 1]) ? MaxCharacters - 1 : MaxCharacters;
        return $"{words.AsSpan(0, length)}…";
    }
}
