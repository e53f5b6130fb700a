using System.Security.Cryptography;
using System.Text;

using Edge.Xmpp.Modules.DataForms;

namespace Edge.Xmpp.Modules.EntityCaps;

/// <summary>Makes a short string of all that service discovery tells (XEP-0115 §5.1).</summary>
internal static class CapsHash
{
    /// <summary>The verification string with SHA-1, which everybody implements (§8.1).</summary>
    public static string Sha1(DiscoNode node) =>
#pragma warning disable CA5350 // The string names a set of features; the XEP demands SHA-1.
        Convert.ToBase64String(SHA1.HashData(Encoding.UTF8.GetBytes(Source(node))));
#pragma warning restore CA5350

    private static string Source(DiscoNode node)
    {
        var text = new StringBuilder();
        var identities = node.Identities.OrderBy(i => i.Category, Octets.Order).ThenBy(i => i.Type, Octets.Order).ThenBy(i => i.Language, Octets.Order);
        foreach (var identity in identities.ThenBy(i => i.Name, Octets.Order)) Append(text, $"{identity.Category}/{identity.Type}/{identity.Language}/{identity.Name}");
        foreach (var feature in node.Features.Order(Octets.Order)) Append(text, feature);
        foreach (var form in node.Forms.Where(f => f.Meaning is not null).OrderBy(f => f.Meaning, Octets.Order)) Append(text, form);
        return text.ToString();
    }

    private static void Append(StringBuilder text, DataForm form)
    {
        Append(text, form.Meaning!);
        foreach (var field in form.Fields.Where(f => f.Name != "FORM_TYPE").OrderBy(f => f.Name, Octets.Order))
        {
            Append(text, field.Name);
            foreach (var value in field.Values.Order(Octets.Order)) Append(text, value);
        }
    }

    private static void Append(StringBuilder text, string part) => text.Append(part).Append('<');

    /// <summary>Compares the UTF-8 of texts (RFC 4790 §9.3), which .NET's ordinal order does not where characters beyond U+FFFF are.</summary>
    private sealed class Octets : IComparer<string?>
    {
        public static Octets Order { get; } = new();

        public int Compare(string? x, string? y) => Encoding.UTF8.GetBytes(x ?? "").AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y ?? ""));
    }
}
