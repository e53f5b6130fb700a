namespace Edge.Portal.Layout;

/// <summary>Puts a page into the menu. The page's first <c>@page</c> route is where the entry leads.</summary>
/// <param name="title">The word in the menu.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class PortalPageAttribute(string title) : Attribute
{
    /// <summary>The word in the menu.</summary>
    public string Title { get; } = title;

    /// <summary>Where it stands; smaller is earlier.</summary>
    public int Order { get; init; }

    /// <summary>Only operators see the entry; the page itself must ask for the policy as well.</summary>
    public bool ForOperators { get; init; }

    /// <summary>The picture beside the word: SVG path data on a grid of 24 by 24, drawn as a line.</summary>
    public string Icon { get; init; } = "M5 12h14";

    /// <summary>A class that implements <see cref="IMenuBadge"/> and counts what waits on the page; null for none.</summary>
    public Type? Badge { get; init; }
}
