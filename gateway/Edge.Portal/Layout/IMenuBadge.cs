using Edge.Portal.Security;

namespace Edge.Portal.Layout;

/// <summary>Counts what waits for somebody on a page; the menu shows it beside the page's name and keeps it up to date.</summary>
public interface IMenuBadge
{
    /// <summary>How the count is read out: "open questions".</summary>
    string What { get; }

    /// <summary>How many wait for <paramref name="user"/>; 0 shows nothing.</summary>
    int CountFor(PortalUser user);
}
