using System.Xml.Linq;

using Edge.Things;
using Edge.Things.Nodes;
using Edge.Things.Readings;
using Edge.Xmpp.Modules.DateTimes;
using Edge.Xmpp.Modules.Iot;

namespace Edge.Xmpp.Modules.SensorData;

/// <summary>A node that could not be read, or a field of it.</summary>
internal readonly record struct ReadoutFailure(NodeReference Node, DateTimeOffset At, string Text);

/// <summary>Writes the payloads of a read-out's messages in the words of its request (XEP-0323 §3.1, §3.2).</summary>
internal sealed class FieldsWriter(ReadoutRequest request)
{
    private readonly XNamespace _ns = request.Payload.Namespace;
    private readonly IotVocabulary _words = request.Payload.Words;

    /// <summary>The answer to a request that will be served.</summary>
    public XElement Accepted(bool isQueued) => Element("accepted", isQueued ? new XAttribute("queued", "true") : null);

    /// <summary>What older peers expect beside the error of a refused request (XEP-0324, listing 14).</summary>
    public XElement? Rejected(string text) => _words.IsDrafts ? Element("rejected", new XElement(_ns + "error", XmlText.Clean(text))) : null;

    /// <summary>A queued read-out begins.</summary>
    public XElement Started() => Element("started");

    /// <summary>Readings of one node; none where only the end is to be told.</summary>
    public XElement Fields(Node? node, IReadOnlyList<Reading> readings, bool isLast)
    {
        var content = node is null ? null : NodeElement(node.Reference, readings.GroupBy(r => r.At).Select(g => Timestamp(g.Key, g.Select(Field))));
        return _words.IsDrafts
            ? Element("fields", isLast ? new XAttribute("done", "true") : null, content)
            : Element("resp", isLast ? null : new XAttribute("more", "true"), content);
    }

    /// <summary>What failed; it ends the read-out.</summary>
    public XElement Failure(IReadOnlyList<ReadoutFailure> failures) => _words.IsDrafts
        ? Element("failure", new XAttribute("done", "true"), failures.Select(f => new XElement(
            _ns + "error", NodeAttributes.Write(f.Node, _words), new XAttribute("timestamp", XmppTime.Write(f.At)), XmlText.Clean(f.Text))))
        : Element("resp", failures.GroupBy(f => f.Node).Select(node => NodeElement(node.Key, node.GroupBy(f => f.At).Select(g =>
            Timestamp(g.Key, g.Select(f => new XElement(_ns + "err", XmlText.Clean(f.Text))))))));

    private XElement Element(string name, params object?[] content) =>
        new(_ns + name, new XAttribute(_words.RequestId, request.Id), content);

    private XElement NodeElement(NodeReference node, IEnumerable<XElement> content) =>
        new(_ns + _words.Node, NodeAttributes.Write(node, _words), content);

    private XElement Timestamp(DateTimeOffset at, IEnumerable<XElement> content) =>
        new(_ns + (_words.IsDrafts ? "timestamp" : "ts"), new XAttribute(_words.Value, XmppTime.Write(at)), content);

    private XElement Field(Reading reading)
    {
        var value = reading.Value!.Value;
        var type = TypeOf(value, reading.Unit);
        var element = new XElement(_ns + type, new XAttribute(_words.Name, XmlText.Clean(reading.Field)));
        element.Add(Flags(_words.Categories, reading.Categories), Flags(_words.Qualities, reading.Quality));
        element.Add(new XAttribute(_words.Value, XmlText.Clean(value.ToString())));
        // The schema of XEP-0323 §10 requires a unit of every number; empty says there is none.
        if (type == "numeric" || (type == "q" && reading.Unit is not null))
            element.Add(new XAttribute(_words.IsDrafts ? "unit" : "u", XmlText.Clean(reading.Unit ?? "")));
        if (reading.IsWritable) element.Add(new XAttribute(_words.Writable, "true"));
        return element;
    }

    // A whole number is a numeric without decimals (XEP-0323 §5.4): peers older than version 0.4 know no int, and an int has no unit.
    private string TypeOf(FieldValue value, string? unit) => (value.Kind, _words.IsDrafts) switch
    {
        (ValueKind.Integer, false) when unit is null => int.TryParse(value.ToString(), out _) ? "i" : "l",
        (ValueKind.Number or ValueKind.Integer, true) => "numeric",
        (ValueKind.Number or ValueKind.Integer, false) => "q",
        (ValueKind.Boolean, var isDrafts) => isDrafts ? "boolean" : "b",
        (ValueKind.DateTime, var isDrafts) => isDrafts ? "dateTime" : "dt",
        (ValueKind.Duration, var isDrafts) => isDrafts ? "duration" : "dr",
        (_, var isDrafts) => isDrafts ? "string" : "s",
    };

    private static IEnumerable<XAttribute> Flags<T>(IReadOnlyList<Word<T>> words, T flags) where T : struct, Enum
    {
        var written = default(T);
        foreach (var word in words)
        {
            // The first word of a meaning is the one to write, and "all" is only for requests.
            if (word.Text == "all" || !flags.HasFlag(word.Meaning) || EqualityComparer<T>.Default.Equals(written, word.Meaning)) continue;

            written = word.Meaning;
            yield return new(word.Text, "true");
        }
    }
}
