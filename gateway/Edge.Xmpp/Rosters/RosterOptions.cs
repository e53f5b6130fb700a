namespace Edge.Xmpp.Rosters;

/// <summary>Limits of a roster; section <c>xmpp:roster</c>.</summary>
public sealed class RosterOptions
{
    /// <summary>Contacts of one account, requests that wait included. A client shows a few hundred with ease.</summary>
    public int MaxItems { get; set; } = 1000;

    /// <summary>Groups of one contact.</summary>
    public int MaxGroups { get; set; } = 20;

    /// <summary>The name of a contact or of a group, in characters.</summary>
    public int MaxNameLength { get; set; } = 255;
}
