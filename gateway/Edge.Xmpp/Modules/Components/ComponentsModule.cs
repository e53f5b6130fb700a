using Edge.Xmpp.Routing;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Edge.Xmpp.Modules.Components;

/// <summary>XEP-0114: programs beside the gateway serve domains of their own. They sign in at a listener for them (<see cref="XmppServices.UseXmppComponents"/>).</summary>
[Xep(114, "1.6", Note = "We accept components (jabber:component:accept)")]
internal sealed class ComponentsModule : IXmppModule
{
    public static void AddServices(IServiceCollection services, IConfiguration section) => services
        .AddModuleOptions<ComponentsOptions, ComponentsOptionsValidator>(section)
        .AddSingleton<ComponentTable>()
        .AddSingleton<ComponentNames>()
        .AddSingleton<IOutsideDomains>(provider => provider.GetRequiredService<ComponentTable>())
        .AddSingleton<ComponentHost>()
        .AddSingleton<ComponentServer>()
        .AddHostedService(provider => provider.GetRequiredService<ComponentServer>());

    public void Configure(XmppModuleBuilder xmpp)
    {
        // What components serve, they say themselves.
    }
}
