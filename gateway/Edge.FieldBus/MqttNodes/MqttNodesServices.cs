using Edge.Things.Nodes;

using Microsoft.Extensions.DependencyInjection;

namespace Edge.FieldBus.MqttNodes;

/// <summary>Registers the nodes over MQTT as a source of the concentrator.</summary>
public static class MqttNodesServices
{
    /// <summary>Adds the source <c>mqtt</c>; the host provides <see cref="INodeLink"/>.</summary>
    public static IServiceCollection AddMqttNodes(this IServiceCollection services) => services
        .AddSingleton<MqttNodeSource>()
        .AddSingleton<INodeSource>(p => p.GetRequiredService<MqttNodeSource>())
        .AddHostedService(p => p.GetRequiredService<MqttNodeSource>());
}
