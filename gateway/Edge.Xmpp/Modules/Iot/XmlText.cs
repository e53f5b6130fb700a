using System.Xml;

namespace Edge.Xmpp.Modules.Iot;

/// <summary>Texts of devices on their way into XML.</summary>
internal static class XmlText
{
    /// <summary>The text without what XML 1.0 cannot carry: a device that sends a zero byte must not end its reader's stream.</summary>
    public static string Clean(string text) => IsClean(text) ? text : string.Concat(text.EnumerateRunes().Where(IsXml).Select(r => r.ToString()));

    private static bool IsClean(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (XmlConvert.IsXmlChar(text[i])) continue;
            if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i])) i++;
            else return false;
        }

        return true;
    }

    private static bool IsXml(System.Text.Rune rune) => rune.Value > char.MaxValue || XmlConvert.IsXmlChar((char)rune.Value);
}
