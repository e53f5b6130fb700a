using System.Text;

namespace Edge.Identity.Sasl;

/// <summary>The small grammar of SCRAM messages (RFC 5802 §7).</summary>
internal static class ScramText
{
    /// <summary>The longest message that is looked at. Name, nonce and proof fit in a third of it.</summary>
    public const int MaxLength = 1024;

    private const int MaxNonce = 256;

    /// <summary>A comma and an equals sign in a name are escaped.</summary>
    public static string EscapeName(string name) =>
        name.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);

    /// <summary>The name behind the escapes, or null where there is another escape (the server must refuse it then).</summary>
    public static string? UnescapeName(ReadOnlySpan<char> text)
    {
        var name = new StringBuilder(text.Length);
        while (!text.IsEmpty)
        {
            if (text[0] != '=') name.Append(text[0]);
            else if (text.StartsWith("=2C")) name.Append(',');
            else if (text.StartsWith("=3D")) name.Append('=');
            else return null;

            text = text[(text[0] == '=' ? 3 : 1)..];
        }

        return name.Length > 0 ? name.ToString() : null;
    }

    /// <summary>Printable ASCII without comma.</summary>
    public static bool IsNonce(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
            if (c is < '!' or > '~' or ',') return false;

        return text.Length is > 0 and <= MaxNonce;
    }

    /// <summary>The value of <c>x=value</c>, or null where the attribute has another letter.</summary>
    public static string? Value(string attribute, char letter) =>
        attribute.Length > 1 && attribute[0] == letter && attribute[1] == '=' ? attribute[2..] : null;

    /// <summary>The bytes of a base64 text, or null where it is none.</summary>
    public static byte[]? Bytes(string? base64)
    {
        if (base64 is null) return null;

        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? bytes[..length] : null;
    }
}
