using System.Reflection;
using Edge.Portal.Security;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Edge.Portal.Layout;

/// <summary>An entry of the menu, made from a page's attributes.</summary>
public sealed record MenuEntry(string Path, PortalPageAttribute Page, IMenuBadge? Badge)
{
    /// <summary>The name of the badge in the page and in live events.</summary>
    public string Key => Path.Trim('/') is { Length: > 0 } key ? key : "home";

    /// <summary>True where <paramref name="path"/> is this page or one below it.</summary>
    public bool IsCurrent(string path) =>
        Path == "/" ? path == "/" || path.StartsWith("/things", StringComparison.Ordinal) : path == Path || path.StartsWith(Path + "/", StringComparison.Ordinal);
}

/// <summary>The menu: every page of this assembly that carries <see cref="PortalPageAttribute"/>. Adding a page edits nothing here.</summary>
internal sealed class MenuEntries(IServiceProvider services)
{
    private readonly IReadOnlyList<MenuEntry> _all =
    [
        .. from type in typeof(MenuEntries).Assembly.GetTypes()
           let page = type.GetCustomAttribute<PortalPageAttribute>()
           where page is not null
           orderby page.Order
           select new MenuEntry(PathOf(type), page, BadgeOf(page, services)),
    ];

    /// <summary>What <paramref name="user"/> may see.</summary>
    public IEnumerable<MenuEntry> For(PortalUser user) => _all.Where(e => !e.Page.ForOperators || user.IsOperator);

    private static string PathOf(Type page) =>
        page.GetCustomAttributes<RouteAttribute>().FirstOrDefault()?.Template
        ?? throw new InvalidOperationException($"{page.Name} is in the menu but has no @page route.");

    private static IMenuBadge? BadgeOf(PortalPageAttribute page, IServiceProvider services) =>
        page.Badge is { } type ? (IMenuBadge)ActivatorUtilities.CreateInstance(services, type) : null;
}
