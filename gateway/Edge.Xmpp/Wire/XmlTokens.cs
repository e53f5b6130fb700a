using System.Buffers;
using System.Text;
using System.Text.Unicode;
using System.Xml;

namespace Edge.Xmpp.Wire;

/// <summary>Rules of XML 1.0 on runs of bytes that are whole: characters, names, references.</summary>
internal static class XmlTokens
{
    // What may not appear as a byte anywhere: control characters except tab, line feed and carriage return (XML 1.0 §2.2).
    private static readonly SearchValues<byte> Controls =
        SearchValues.Create([.. Enumerable.Range(0, 32).Select(b => (byte)b).Where(b => b is not (9 or 10 or 13))]);

    /// <summary>Characters: valid UTF-8, and only what XML can hold.</summary>
    public static void CheckCharacters(ReadOnlySpan<byte> bytes)
    {
        if (!Utf8.IsValid(bytes)) throw new XmppStreamException(StreamErrors.UnsupportedEncoding, "The stream is not valid UTF-8.");
        if (bytes.IndexOfAny(Controls) >= 0 || HasNoncharacters(bytes)) throw XmppStreamException.NotWellFormed("There is a character that XML cannot hold.");
    }

    // U+FFFE and U+FFFF: EF BF BE and EF BF BF. Their first two bytes are rare.
    private static bool HasNoncharacters(ReadOnlySpan<byte> bytes)
    {
        for (int at; (at = bytes.IndexOf([(byte)0xEF, (byte)0xBF])) >= 0; bytes = bytes[(at + 3)..])
        {
            if (bytes[at + 2] >= 0xBE) return true; // valid UTF-8 has a third byte
        }

        return false;
    }

    /// <summary>A name with at most one prefix (Namespaces in XML 1.0 §3).</summary>
    /// <returns>Bytes of the prefix; 0 where there is none.</returns>
    public static int CheckName(ReadOnlySpan<byte> name, int maxBytes)
    {
        if (name.Length > maxBytes) throw XmppStreamException.Policy($"A name is longer than {maxBytes} bytes (xmpp:maxNameBytes).");

        var colon = name.IndexOf((byte)':');
        CheckPart(colon < 0 ? name : name[..colon]);
        if (colon >= 0) CheckPart(name[(colon + 1)..]);
        return Math.Max(colon, 0);
    }

    private static void CheckPart(ReadOnlySpan<byte> part)
    {
        var isName = part.Length > 0 && part[0] is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'A' and <= (byte)'Z') or (byte)'_';
        for (var i = 1; isName && i < part.Length; i++)
        {
            isName = part[i] is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'A' and <= (byte)'Z') or (>= (byte)'0' and <= (byte)'9')
                or (byte)'-' or (byte)'.' or (byte)'_';
        }

        if (!isName && !IsUncommonName(part)) throw XmppStreamException.NotWellFormed("There is a character in a name that cannot be there.");
    }

    private static bool IsUncommonName(ReadOnlySpan<byte> part)
    {
        try
        {
            XmlConvert.VerifyNCName(Encoding.UTF8.GetString(part));
            return true;
        }
        catch (Exception e) when (e is XmlException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>References in text or in a value: the five entities, or a character by its number (RFC 6120 §11.1).</summary>
    public static void CheckReferences(ReadOnlySpan<byte> text)
    {
        for (int at; (at = text.IndexOf((byte)'&')) >= 0;)
        {
            text = text[at..];
            text = text[(ReadReference(text, out _) + 1)..];
        }
    }

    /// <summary>A name, or the value of an attribute: with its references replaced, and white space normalized as values have it.</summary>
    public static string Decode(ReadOnlySpan<byte> text)
    {
        if (text.IndexOfAny("&\r\n\t"u8) < 0) return Encoding.UTF8.GetString(text);

        var builder = new StringBuilder(text.Length);
        while (text.IndexOf((byte)'&') is >= 0 and var at)
        {
            AppendNormalized(builder, text[..at]);
            text = text[at..];
            var end = ReadReference(text, out var rune);
            builder.Append(rune.ToString());
            text = text[(end + 1)..];
        }

        AppendNormalized(builder, text);
        return builder.ToString();
    }

    // White space in attribute values counts as blanks (XML 1.0 §3.3.3).
    private static void AppendNormalized(StringBuilder builder, ReadOnlySpan<byte> text) =>
        builder.Append(Encoding.UTF8.GetString(text).Replace("\r\n", " ", StringComparison.Ordinal)
            .Replace('\r', ' ').Replace('\n', ' ').Replace('\t', ' '));

    /// <summary>Reads the reference at the front; returns the place of its semicolon.</summary>
    private static int ReadReference(ReadOnlySpan<byte> text, out Rune rune)
    {
        var end = text[..Math.Min(text.Length, 12)].IndexOf((byte)';');
        var name = end < 0 ? default : text[1..end];
        rune = name switch
        {
            _ when name.SequenceEqual("lt"u8) => new('<'),
            _ when name.SequenceEqual("gt"u8) => new('>'),
            _ when name.SequenceEqual("amp"u8) => new('&'),
            _ when name.SequenceEqual("quot"u8) => new('"'),
            _ when name.SequenceEqual("apos"u8) => new('\''),
            [(byte)'#', (byte)'x', .. var hex] => Character(hex, 16),
            [(byte)'#', .. var number] => Character(number, 10),
            _ when name.IsEmpty || name.IndexOfAnyExcept(NameBytes) >= 0 => throw XmppStreamException.NotWellFormed("There is '&' that begins no reference."),
            _ => throw XmppStreamException.Restricted("Entities other than the five of XML are not allowed."),
        };
        return end;
    }

    private static readonly SearchValues<byte> NameBytes =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:"u8);

    private static Rune Character(ReadOnlySpan<byte> digits, int radix)
    {
        var value = digits.IsEmpty ? -1 : 0;
        foreach (var b in digits)
        {
            var digit = char.IsAsciiHexDigit((char)b) ? Convert.ToInt32(((char)b).ToString(), 16) : radix;
            if (digit >= radix)
            {
                value = -1;
                break;
            }

            value = (value * radix) + digit;
            if (value > 0x10FFFF) break;
        }

        var isXml = value is 9 or 10 or 13 or (>= 0x20 and <= 0xD7FF) or (>= 0xE000 and <= 0xFFFD) or (>= 0x10000 and <= 0x10FFFF);
        return isXml ? new Rune(value) : throw XmppStreamException.NotWellFormed("A character reference names no character that XML can hold.");
    }
}
