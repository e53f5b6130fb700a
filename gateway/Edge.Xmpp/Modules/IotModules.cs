using Edge.Xmpp.Modules.Iot;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Edge.Xmpp.Modules;

/// <summary>Registers what the modules of IoT over XMPP have in common; what is theirs alone they register themselves.</summary>
public static class IotModules
{
    /// <summary>Adds it with section <c>xmpp</c>; the limits of all requests are in <c>xmpp:iot</c>.</summary>
    public static IServiceCollection AddIotModules(this IServiceCollection services, IConfiguration xmpp) =>
        services.AddModuleOptions<IotOptions, IotOptionsValidator>(xmpp.GetSection("iot"));
}
