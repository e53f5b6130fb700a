using System.Buffers;
using System.Net;

namespace Edge.Things.Addresses;

/// <summary>The domain of an address (RFC 7622 §3.2): a name of labels, or an IP address.</summary>
internal static class DomainName
{
    private const int MostLabel = 63; // RFC 1035 §2.3.4

    // Letters, digits and hyphens; the underscore is in the names of private networks.
    private static readonly SearchValues<char> InLabel = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

    /// <summary>The domain in lower case and without the dot of the root; null where it is none.</summary>
    public static string? Normalize(ReadOnlySpan<char> domain)
    {
        if (domain is [.. var rest, '.']) domain = rest;
        if (domain.IsEmpty) return null;
        if (domain[0] == '[') return IsBracketed(domain) ? AsciiText.ToLower(domain) : null;
        if (!System.Text.Ascii.IsValid(domain) || domain.Contains(InternationalDomain.Prefix, StringComparison.OrdinalIgnoreCase))
            return InternationalDomain.Normalize(domain);

        foreach (var label in domain.Split('.'))
            if (!IsLabel(domain[label])) return null;

        return AsciiText.ToLower(domain);
    }

    /// <summary>A label of ASCII.</summary>
    public static bool IsLabel(ReadOnlySpan<char> label) =>
        label.Length is > 0 and <= MostLabel && label[0] != '-' && label[^1] != '-' && !label.ContainsAnyExcept(InLabel);

    private static bool IsBracketed(ReadOnlySpan<char> domain) =>
        domain is ['[', .. var address, ']'] && address.Contains(':') && !address.Contains('%') && IPAddress.TryParse(address, out _);
}

/// <summary>Text of ASCII.</summary>
internal static class AsciiText
{
    private static readonly SearchValues<char> Capitals = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>In lower case; no more than one string is made.</summary>
    public static string ToLower(ReadOnlySpan<char> text) => text.ContainsAny(Capitals)
        ? string.Create(text.Length, text, static (into, from) => System.Text.Ascii.ToLower(from, into, out _))
        : text.ToString();
}
