using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Sessions;

/// <summary>The peer ended its stream with an error (RFC 6120 §4.9.1.1): there is nothing to say to it but the end in return, and its reason belongs into the log.</summary>
internal sealed class PeerStreamException : Exception
{
    // For a line in the log, whatever the peer writes.
    private const int MostCharacters = 200;

    private PeerStreamException(string said) : base(said)
    {
    }

    /// <summary>What an element says where it is such an error; null where it is something else.</summary>
    public static PeerStreamException? Find(Stanza element)
    {
        if (!element.Is(XmppNames.Stream + "error")) return null;

        var tree = element.ToElement();
        var condition = tree.Elements().FirstOrDefault(e => e.Name.Namespace == XmppNames.StreamErrors && e.Name.LocalName != "text")?.Name.LocalName;
        var text = (string?)tree.Element(XmppNames.StreamErrors + "text");
        return new($"It ended its stream with an error: {Clean(condition ?? StreamErrors.UndefinedCondition)}{(string.IsNullOrWhiteSpace(text) ? "" : $" ({Clean(text)})")}.");
    }

    private static string Clean(string text) =>
        string.Concat((text.Length > MostCharacters ? text[..MostCharacters] + '…' : text).Select(c => char.IsControl(c) ? ' ' : c));
}
