using System.Globalization;
using System.Security.Cryptography;
using System.Text;

using Edge.Things.Addresses;
using Edge.Xmpp.Modules.DataForms;

namespace Edge.Xmpp.Modules.SignedForms;

/// <summary>
/// The signature over a submitted form (XEP-0348 §2, after OAuth 1.0, RFC 5849). The text leaves open what clients do differently, so each of these is checked:
/// the order of the fields by code point or without regard to case, letters beyond ASCII as UTF-8 or as one code unit (a widespread library), and the address in
/// the middle, which is empty for who sends the form without one.
/// </summary>
[Xep(348, "0.3", Note = "HMAC-SHA1 and HMAC-SHA256; with RSA-SHA1 and PLAINTEXT nothing is signed for us")]
public static class FormSignature
{
    /// <summary>The feature, and the meaning of a form that wants a signature.</summary>
    public const string Feature = "urn:xmpp:xdata:signature:oauth1";

    /// <summary>The hash functions that are taken.</summary>
    public static IReadOnlyList<string> Methods { get; } = ["HMAC-SHA1", "HMAC-SHA256"];

    /// <summary>True where the form is signed with these secrets, for one of these addresses.</summary>
    /// <param name="form">The form as it was submitted.</param>
    /// <param name="addresses">What the client may have taken for the address of the one it sends to.</param>
    /// <param name="consumerSecret">The secret of the key that the form names.</param>
    /// <param name="tokenSecret">The secret that the form was given out with; empty for none.</param>
    public static bool IsRight(DataForm form, IReadOnlyList<string> addresses, string consumerSecret, string tokenSecret)
    {
        if (Hash(form.Value(SignedFormFields.Method)) is not { } hash || Read(form.Value(SignedFormFields.Signature)) is not { } given) return false;

        var isRight = false;
        foreach (var escape in (Func<string, string?>[])[EscapeUtf8, EscapeUnits])
        {
            if (escape(consumerSecret) is not { } one || escape(tokenSecret) is not { } other) continue;

            var key = Encoding.ASCII.GetBytes($"{one}&{other}");
            foreach (var order in (StringComparer[])[StringComparer.Ordinal, StringComparer.OrdinalIgnoreCase])
            {
                foreach (var address in addresses)
                {
                    // All are compared: how long it takes says nothing about which would have fitted.
                    if (BaseText(form, address, order, escape) is { } text)
                        isRight |= CryptographicOperations.FixedTimeEquals(CryptographicOperations.HmacData(hash, key, Encoding.ASCII.GetBytes(text)), given);
                }
            }
        }

        return isRight;
    }

    /// <summary>The signature that a client makes.</summary>
    public static string Make(DataForm form, string address, string consumerSecret, string tokenSecret)
    {
        var hash = Hash(form.Value(SignedFormFields.Method)) ?? throw new ArgumentException("The method is none of ours.", nameof(form));
        var key = Encoding.ASCII.GetBytes($"{EscapeUtf8(consumerSecret)}&{EscapeUtf8(tokenSecret)}");
        var text = BaseText(form, address, StringComparer.Ordinal, EscapeUtf8) ?? throw new ArgumentException("A value is no text.", nameof(form));
        return Uri.EscapeDataString(Convert.ToBase64String(CryptographicOperations.HmacData(hash, key, Encoding.ASCII.GetBytes(text))));
    }

    private static HashAlgorithmName? Hash(string? method) => method switch
    {
        "HMAC-SHA1" => HashAlgorithmName.SHA1,
        "HMAC-SHA256" => HashAlgorithmName.SHA256,
        _ => null,
    };

    /// <summary>BStr of XEP-0348 §2.4; null where a value has half a surrogate pair.</summary>
    private static string? BaseText(DataForm form, string address, StringComparer order, Func<string, string?> escape)
    {
        var pairs = new StringBuilder();
        var signed = form.Fields.Where(f => f.Name is not (SignedFormFields.TokenSecret or SignedFormFields.Signature) && f.Name.Length > 0).OrderBy(f => f.Name, order);
        foreach (var field in signed)
        {
            foreach (var value in field.Values.Count == 0 ? [""] : field.Values)
            {
                if (escape(field.Name) is not { } name || escape(value) is not { } text) return null;
                pairs.Append(pairs.Length > 0 ? "&" : "").Append(name).Append('=').Append(text);
            }
        }

        return escape(address) is { } to ? $"submit&{to}&{escape(pairs.ToString())}" : null;
    }

    private static string? EscapeUtf8(string text)
    {
        if (NormalText.ToFormC(text) is not { } normal) return null;

        var escaped = new StringBuilder(normal.Length);
        foreach (var octet in Encoding.UTF8.GetBytes(normal)) Append(escaped, octet);
        return escaped.ToString();
    }

    private static string? EscapeUnits(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var unit in text) Append(escaped, unit);
        return escaped.ToString();
    }

    // RFC 3986 §2.3.
    private static void Append(StringBuilder text, int octet)
    {
        if (octet < 0x80 && (char.IsAsciiLetterOrDigit((char)octet) || (char)octet is '-' or '.' or '_' or '~')) text.Append((char)octet);
        else text.Append('%').Append(octet.ToString("X2", CultureInfo.InvariantCulture));
    }

    // Escaped, as the text wants it, or plain base64, as some send it.
    private static byte[]? Read(string? signature)
    {
        if (signature is not { Length: > 0 and <= 256 }) return null;

        var base64 = signature.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(signature) : signature;
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? bytes[..length] : null;
    }
}
