using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Sessions;

/// <summary>What every binding needs to make a stream.</summary>
/// <param name="Options">Limits.</param>
/// <param name="Domain">Who we are, for errors that come before anything else.</param>
/// <param name="Clock">The clock.</param>
internal sealed record StreamSetting(XmppOptions Options, string Domain, TimeProvider Clock)
{
    /// <summary>For clients that have signed in.</summary>
    public XmlLimits Limits { get; } = new(Options.MaxStanzaBytes, Options.MaxDepth, Options.MaxAttributes, Options.MaxNameBytes);

    /// <summary>For those that have not.</summary>
    public XmlLimits FirstLimits => Limits.WithMaxBytes(Options.MaxUnauthenticatedBytes);
}
