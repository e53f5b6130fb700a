using Edge.Xmpp.Modules.Iot;
using Edge.Xmpp.Modules.Provisioning;
using Edge.Xmpp.Modules.SensorData;
using Edge.Xmpp.Modules.ThingRegistry;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules;

/// <summary>Registers what the modules of IoT over XMPP need beside themselves; the modules are found by scanning.</summary>
public static class IotModules
{
    /// <summary>Adds it with section <c>xmpp</c>: <c>iot</c>, <c>sensorData</c>, <c>provisioning</c>, <c>thingRegistry</c> below it.</summary>
    public static IServiceCollection AddIotModules(this IServiceCollection services, IConfiguration xmpp)
    {
        Options<IotOptions, IotOptionsValidator>(services, xmpp.GetSection("iot"));
        Options<SensorDataOptions, SensorDataOptionsValidator>(services, xmpp.GetSection("sensorData"));
        Options<ProvisioningOptions, ProvisioningOptionsValidator>(services, xmpp.GetSection("provisioning"));
        Options<ThingRegistryOptions, ThingRegistryOptionsValidator>(services, xmpp.GetSection("thingRegistry"));
        return services
            .AddSingleton<ReadoutTable>()
            .AddSingleton<SensorDataSettings>()
            .AddSingleton<DeviceBook>()
            .AddSingleton<CacheClearing>()
            .AddSingleton<QuestionMail>()
            .AddSingleton<ProvisioningClock>()
            .AddHostedService<ProvisioningTurns>()
            .AddSingleton<ThingTeller>()
            .AddHostedService<ThingEvents>();
    }

    private static void Options<TOptions, TValidator>(IServiceCollection services, IConfigurationSection section)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        services.AddOptions<TOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TOptions>, TValidator>();
    }
}
