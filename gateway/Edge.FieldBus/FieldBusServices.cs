using Edge.FieldBus.Modbus;
using Edge.FieldBus.MqttNodes;
using Edge.Things.Nodes;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Edge.FieldBus;

/// <summary>Registers the buses behind the concentrator.</summary>
public static class FieldBusServices
{
    /// <summary>Adds every bus with section <c>fieldbus</c>. Wants the domain (<c>AddEdgeThings</c>), a clock and logging.</summary>
    public static IServiceCollection AddEdgeFieldBus(this IServiceCollection services, IConfiguration section) =>
        services.AddModbus(section.GetSection("modbus")).AddMqttNodes();

    private static IServiceCollection AddModbus(this IServiceCollection services, IConfiguration section)
    {
        services.AddOptions<ModbusOptions>().Bind(section).ValidateOnStart();
        return services
            .AddSingleton<IValidateOptions<ModbusOptions>, ModbusOptionsValidator>()
            .AddSingleton<ModbusParts>()
            .AddSingleton<ModbusNodeSource>()
            .AddSingleton<INodeSource>(p => p.GetRequiredService<ModbusNodeSource>())
            .AddHostedService(p => p.GetRequiredService<ModbusNodeSource>());
    }
}
