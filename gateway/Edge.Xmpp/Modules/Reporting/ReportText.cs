using System.Xml.Linq;

namespace Edge.Xmpp.Modules.Reporting;

/// <summary>Why somebody was reported.</summary>
/// <param name="Reason"><c>spam</c>, <c>abuse</c>, or <c>other</c> for what nobody knows.</param>
/// <param name="Text">In the words of the one who reports, short and in one line; may be empty.</param>
internal sealed record ReportText(string Reason, string Text)
{
    /// <summary>Before 0.3, reasons were elements.</summary>
    public const string FormerSpam = "urn:xmpp:reporting:reason:spam:0", FormerAbuse = "urn:xmpp:reporting:reason:abuse:0";

    private const int MostText = 200; // for a line of the log

    public static readonly XNamespace Namespace = "urn:xmpp:reporting:1";
    public static readonly XNamespace FormerNamespace = "urn:xmpp:reporting:0";

    /// <summary>The report in an item of a block (§5); null where there is none.</summary>
    public static ReportText? Find(XElement item)
    {
        if (item.Element(Namespace + "report") is { } report) return new(ReasonOf((string?)report.Attribute("reason")), TextOf(report));
        if (item.Element(FormerNamespace + "report") is not { } former) return null;
        return new(former.Elements().Select(e => ReasonOf(e.Name.NamespaceName)).FirstOrDefault(r => r != "other") ?? "other", TextOf(former));
    }

    private static string ReasonOf(string? name) => name switch
    {
        "urn:xmpp:reporting:spam" or FormerSpam => "spam",
        "urn:xmpp:reporting:abuse" or FormerAbuse => "abuse",
        _ => "other",
    };

    private static string TextOf(XElement report)
    {
        var text = string.Concat((report.Elements().FirstOrDefault(e => e.Name.LocalName == "text")?.Value ?? "").Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return text.Length <= MostText ? text : text[..MostText] + "…";
    }
}
