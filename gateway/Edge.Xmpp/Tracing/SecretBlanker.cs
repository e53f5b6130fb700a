using System.Collections.Frozen;
using System.Xml.Linq;

using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Tracing;

/// <summary>Takes secrets out of an element before it is written down: what signs in, registers, claims or authorizes. Rather too much than too little.</summary>
internal static class SecretBlanker
{
    /// <summary>What stands in a secret's place.</summary>
    public const string Blank = "***";

    private static readonly FrozenSet<string> Elements = Words("password", "secret", "digest", "hash", "handshake", "token", "key", "initial-response");
    private static readonly FrozenSet<string> Attributes = Words("password", "secret", "token", "devicetoken", "servicetoken", "usertoken", "dt", "st", "ut", "previd");
    private static readonly XName Enabled = XName.Get("enabled", "urn:xmpp:sm:3");
    private static readonly string[] FieldWords = ["password", "passwd", "secret", "token", "key", "signature", "nonce"];

    /// <summary>Makes the element without its secrets; the one given stays as it is.</summary>
    /// <returns>False where there are none in it.</returns>
    public static bool TryClean(XElement element, out XElement clean)
    {
        clean = new XElement(element);
        foreach (var each in clean.DescendantsAndSelf().ToList()) CleanOne(each);
        return !XNode.DeepEquals(clean, element);
    }

    private static void CleanOne(XElement element)
    {
        foreach (var attribute in element.Attributes().Where(a => Attributes.Contains(a.Name.LocalName))) attribute.Value = Blank;
        // By this a session is taken up again (XEP-0198 §5).
        if (element.Name == Enabled && element.Attribute("id") is { } session) session.Value = Blank;

        var isSecret = Elements.Contains(element.Name.LocalName) || element.Name.Namespace == XmppNames.Sasl || IsIn(element, "urn:xmpp:sasl");
        if (isSecret && element.Value.Length > 0) element.Value = Blank;

        // A form's field (XEP-0004), and a tag of a thing, whose key claims it (XEP-0347).
        if (IsSecretWord((string?)element.Attribute("var")))
        {
            foreach (var value in element.Elements().Where(e => e.Name.LocalName == "value")) value.Value = Blank;
        }

        if (IsSecretWord((string?)element.Attribute("name")) && element.Attribute("value") is { } tag) tag.Value = Blank;
    }

    private static bool IsIn(XElement element, string ns) => element.Name.NamespaceName.StartsWith(ns, StringComparison.Ordinal);

    private static bool IsSecretWord(string? name) => name is not null && FieldWords.Any(w => name.Contains(w, StringComparison.OrdinalIgnoreCase));

    private static FrozenSet<string> Words(params string[] words) => words.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
