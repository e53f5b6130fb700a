namespace Edge.Xmpp.Wire;

/// <summary>What a peer may make us hold and look at, checked while its bytes arrive and before memory is taken.</summary>
/// <param name="MaxStanzaBytes">One stanza, or the stream header.</param>
/// <param name="MaxDepth">Elements within elements, the stanza itself being 1.</param>
/// <param name="MaxAttributes">Attributes of one element, namespace declarations included.</param>
/// <param name="MaxNameBytes">A name of an element or attribute with its prefix, in bytes of UTF-8.</param>
internal sealed record XmlLimits(int MaxStanzaBytes, int MaxDepth, int MaxAttributes, int MaxNameBytes)
{
    /// <summary>Prefixes in scope at one time. A stanza that we serve has three or four; the number keeps look-ups short.</summary>
    public const int MaxPrefixes = 64;

    /// <summary>The limits of a connection that has not shown yet who it is.</summary>
    public XmlLimits WithMaxBytes(int bytes) => this with { MaxStanzaBytes = Math.Min(bytes, MaxStanzaBytes) };
}
