using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Xml.Linq;

using Edge.Things;

namespace Edge.Xmpp.Modules.Iot;

/// <summary>The attributes that tell which node behind an address is meant: id, data source, partition (XEP-0326 §2).</summary>
internal static class NodeAttributes
{
    /// <summary>Reads them; <see cref="NodeReference.None"/> where there are none.</summary>
    public static bool TryRead(
        XElement element, IotVocabulary words, IotOptions limits, out NodeReference node, [NotNullWhen(false)] out StanzaError? error)
    {
        node = new(Read(words.NodeId), Read(words.SourceId), Read(words.Partition));
        var isShort = node.NodeId.Length <= limits.MaxNameLength && node.SourceId.Length <= limits.MaxNameLength
            && node.Partition.Length <= limits.MaxNameLength;
        error = isShort ? null : IotError.BadRequest(string.Create(CultureInfo.InvariantCulture,
            $"The id of a node may have {limits.MaxNameLength} characters at most (xmpp:iot:maxNameLength)."));
        return isShort;

        string Read(string name) => element.Attribute(name)?.Value ?? "";
    }

    /// <summary>Writes those that are not empty.</summary>
    public static IEnumerable<XAttribute> Write(NodeReference node, IotVocabulary words)
    {
        if (!string.IsNullOrEmpty(node.NodeId)) yield return new(words.NodeId, XmlText.Clean(node.NodeId));
        if (!string.IsNullOrEmpty(node.SourceId)) yield return new(words.SourceId, XmlText.Clean(node.SourceId));
        if (!string.IsNullOrEmpty(node.Partition)) yield return new(words.Partition, XmlText.Clean(node.Partition));
    }
}
