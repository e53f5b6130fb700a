using System.Reflection;
using System.Runtime.InteropServices;
using System.Xml.Linq;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.Version;

/// <summary>XEP-0092: name and version of this software, and the operating system where the operator wants it told (§5).</summary>
[Xep(92, "1.1", Note = "The operating system only with xmpp:version:tellOperatingSystem")]
internal sealed class VersionModule(IOptions<VersionOptions> options) : IXmppModule
{
    private static readonly XNamespace Namespace = "jabber:iq:version";
    private static readonly string Number =
        typeof(VersionModule).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public static void AddServices(IServiceCollection services, IConfiguration section) =>
        services.AddOptions<VersionOptions>().Bind(section);

    public void Configure(XmppModuleBuilder xmpp) => xmpp
        .OnDomain().Feature(Namespace.NamespaceName).OnIqGet(Namespace + "query", Answer)
        .OnEveryService().Feature(Namespace.NamespaceName).OnIqGet(Namespace + "query", Answer);

    private ValueTask<IqResult> Answer(Iq request, CancellationToken cancel) => new(new XElement(
        Namespace + "query",
        new XElement(Namespace + "name", "Edge"),
        new XElement(Namespace + "version", Number),
        options.Value.TellOperatingSystem ? new XElement(Namespace + "os", RuntimeInformation.OSDescription) : null));
}

/// <summary>What the server tells of itself; section <c>xmpp:version</c>.</summary>
public sealed class VersionOptions
{
    /// <summary>Tells everybody who asks which operating system the gateway runs on. That is nobody's business, and helps attackers choose.</summary>
    public bool TellOperatingSystem { get; set; }
}
