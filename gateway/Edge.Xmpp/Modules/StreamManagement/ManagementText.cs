using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Xml.Linq;

using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Modules.StreamManagement;

/// <summary>The elements of XEP-0198, read and written.</summary>
internal static class ManagementText
{
    public const string Namespace = "urn:xmpp:sm:3";

    public static readonly XNamespace Names = Namespace;

    /// <summary>Asks for an acknowledgement.</summary>
    public static readonly byte[] Request = Encoding.UTF8.GetBytes($"<r xmlns='{Namespace}'/>");

    public static byte[] Acknowledgement(uint handled) => Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"<a xmlns='{Namespace}' h='{handled}'/>"));

    /// <param name="id">By which the session is resumed.</param>
    /// <param name="seconds">For how long it is kept; 0 where it is not.</param>
    public static byte[] Enabled(string id, int seconds) => XmlText.ToBytes(seconds == 0
        ? new XElement(Names + "enabled")
        : new XElement(Names + "enabled", new XAttribute("id", id), new XAttribute("resume", "true"), new XAttribute("max", seconds)));

    public static XElement Resumed(string id, uint handled) =>
        new(Names + "resumed", new XAttribute("previd", id), new XAttribute("h", handled));

    /// <param name="condition">One of RFC 6120 §8.3.3.</param>
    /// <param name="handled">How many stanzas of a session were handled that is over.</param>
    public static XElement Failed(string condition, uint? handled = null) => new(
        Names + "failed", handled is { } h ? new XAttribute("h", h) : null, new XElement(XmppNames.StanzaErrors + condition));

    /// <summary>The client acknowledged what it was never sent (§6).</summary>
    public static XmppStreamException TooHigh(uint handled, uint sent) => new(
        StreamErrors.UndefinedCondition, $"You acknowledged {handled} stanzas, and were sent {sent}.")
    {
        Detail = new XElement(Names + "handled-count-too-high", new XAttribute("h", handled), new XAttribute("send-count", sent)),
    };

    /// <summary>Reads <c>h</c>; null where it is missing or no number.</summary>
    public static uint? ReadHandled(XElement element) =>
        uint.TryParse((string?)element.Attribute("h"), NumberStyles.None, CultureInfo.InvariantCulture, out var h) ? h : null;

    /// <summary>As above, of the attribute as it stands.</summary>
    public static uint? ReadHandled(ReadOnlySpan<byte> value) =>
        !value.IsEmpty && value.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 && Utf8Parser.TryParse(value, out uint h, out var read) && read == value.Length ? h : null;

    /// <summary>Reads what a client asks for with <c>enable</c>.</summary>
    /// <param name="element">The <c>enable</c>.</param>
    /// <param name="most">Seconds that the server keeps a session.</param>
    /// <returns>Seconds; 0 for no resumption.</returns>
    public static int ReadResumption(XElement element, int most)
    {
        if ((string?)element.Attribute("resume") is not ("true" or "1")) return 0;

        var isNumber = int.TryParse((string?)element.Attribute("max"), NumberStyles.None, CultureInfo.InvariantCulture, out var max);
        return isNumber && max > 0 ? Math.Min(max, most) : most;
    }
}
