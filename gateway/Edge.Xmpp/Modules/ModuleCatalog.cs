using System.Reflection;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules;

/// <summary>One line of the table of specifications.</summary>
/// <param name="Number">Of the XEP; 0 for an RFC, which <paramref name="Version"/> then names.</param>
/// <param name="Version">The version that was implemented.</param>
/// <param name="Module">The folder that serves it, under <c>Modules/</c> for an extension.</param>
/// <param name="Note">What to know of the coverage; may be empty.</param>
public sealed record XepEntry(int Number, string Version, string Module, string Note)
{
    /// <summary>The section of its settings; empty where a module has none, and for the core.</summary>
    public string Settings { get; init; } = "";

    /// <summary>The store of documents that it keeps; may be empty.</summary>
    public string Keeps { get; init; } = "";
}

/// <summary>The modules of this assembly: found by scanning, so that a XEP is added by adding a folder.</summary>
public static class XmppModules
{
    private static readonly Type[] Types =
    [
        .. typeof(XmppModules).Assembly.GetTypes()
            .Where(t => t is { IsAbstract: false, IsClass: true } && t.IsAssignableTo(typeof(IXmppModule)))
            .OrderBy(t => t.FullName, StringComparer.Ordinal),
    ];

    private static readonly MethodInfo AddOf = typeof(XmppModules).GetMethod(nameof(Add), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>Every specification that a class declares, RFCs first, then by number: the README's table and the command <c>xeps</c>.</summary>
    public static IReadOnlyList<XepEntry> Table { get; } =
    [
        .. typeof(XmppModules).Assembly.GetTypes()
            .SelectMany(t => t.GetCustomAttributes<XepAttribute>().Select(x => new XepEntry(x.Number, x.Version, FolderOf(t), x.Note ?? "") { Settings = SettingsOf(t), Keeps = x.Keeps ?? "" }))
            .OrderBy(e => e.Number).ThenBy(e => e.Version, StringComparer.Ordinal).ThenBy(e => e.Module, StringComparer.Ordinal),
    ];

    internal static void AddTo(IServiceCollection services, IConfiguration xmppSection)
    {
        foreach (var type in Types) AddOf.MakeGenericMethod(type).Invoke(null, [services, xmppSection.GetSection(SectionOf(type))]);
    }

    // What it registers tells whether it has any.
    private static string SettingsOf(Type type)
    {
        if (!Types.Contains(type)) return "";

        var services = new ServiceCollection();
        AddOf.MakeGenericMethod(type).Invoke(null, [services, new ConfigurationBuilder().Build().GetSection(SectionOf(type))]);
        return services.Any(s => s.ServiceType.IsGenericType && s.ServiceType.GetGenericTypeDefinition() == typeof(IConfigureOptions<>)) ? $"xmpp:{SectionOf(type)}" : "";
    }

    private static string SectionOf(Type type) => char.ToLowerInvariant(FolderOf(type)[0]) + FolderOf(type)[1..];

    private static void Add<T>(IServiceCollection services, IConfiguration section) where T : class, IXmppModule
    {
        T.AddServices(services, section);
        services.AddSingleton<IXmppModule, T>();
    }

    private static string FolderOf(Type type) => type.Namespace!.Split('.')[^1];
}

/// <summary>The hosts, put together when they are first needed: modules send stanzas, and who sends stanzas must know the hosts.</summary>
internal sealed class ModuleCatalog(IServiceProvider services)
{
    private readonly Lazy<HostTable> _hosts = new(() => new(services.GetServices<IXmppModule>()));

    public HostTable Hosts => _hosts.Value;
}
