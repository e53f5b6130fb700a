using Edge.Identity.Sasl;

namespace Edge.Xmpp.Sessions.Sasl;

/// <summary>A client's first words of OAUTHBEARER (RFC 7628 §3.1): a GS2 header, then pairs of key and value between control-A characters.</summary>
internal readonly record struct BearerMessage(string Authzid, string Token)
{
    private const char Separator = '\u0001';
    private const string Scheme = "Bearer ";

    /// <summary>The words, or null where they break the grammar, or show no bearer token.</summary>
    public static BearerMessage? Parse(string text)
    {
        var parts = text.Split(Separator);
        // Header, at least one pair, and the two separators at the end.
        if (parts.Length < 4 || parts[^1].Length > 0 || parts[^2].Length > 0) return null;
        // No channel binding is defined for it; "p=" would ask for one.
        if (parts[0].Split(',') is not ["n" or "y", var authzid, ""]) return null;
        if (authzid.Length > 0 && (!authzid.StartsWith("a=", StringComparison.Ordinal) || SaslNames.Unescape(authzid.AsSpan(2)) is null)) return null;

        string? token = null;
        foreach (var pair in parts[1..^2])
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !pair.AsSpan(0, equals).ContainsOnlyLetters()) return null;
            if (!pair.AsSpan(0, equals).SequenceEqual("auth")) continue;
            if (token is not null) return null;

            var value = pair[(equals + 1)..];
            if (!value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return null;
            token = value[Scheme.Length..].Trim();
        }

        return token is { Length: > 0 } ? new(authzid.Length == 0 ? "" : SaslNames.Unescape(authzid.AsSpan(2))!, token) : null;
    }
}

file static class Letters
{
    public static bool ContainsOnlyLetters(this ReadOnlySpan<char> text)
    {
        foreach (var c in text)
            if (!char.IsAsciiLetter(c)) return false;

        return true;
    }
}
