namespace Edge.Identity.Sasl;

/// <summary>Names in GS2 headers (RFC 5801 §4): comma and equals sign are escaped.</summary>
public static class SaslNames
{
    /// <summary>The name behind the escapes, or null where it is empty or has another escape.</summary>
    public static string? Unescape(ReadOnlySpan<char> text) => ScramText.UnescapeName(text);
}
