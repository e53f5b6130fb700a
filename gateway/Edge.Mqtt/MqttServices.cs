using System.Reflection;

using Edge.Mqtt.Features;
using Edge.Mqtt.Sessions;
using Edge.Mqtt.Sessions.Log;
using Edge.Mqtt.Topics;
using Edge.Mqtt.WebSockets;
using Edge.Storage;
using Edge.Transport;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Mqtt;

/// <summary>Registers the broker.</summary>
public static class MqttServices
{
    private static readonly MethodInfo AddFeatureOf = ((Delegate)AddFeature<IMqttFeature>).Method.GetGenericMethodDefinition();

    /// <summary>Adds the broker with every feature of this assembly; <paramref name="section"/> is <c>mqtt</c>. The host adds <c>TimeProvider</c>,
    /// storage, identity and transport, and puts the broker on its listeners (<see cref="MqttListeners.UseMqtt"/>).</summary>
    public static IServiceCollection AddEdgeMqtt(this IServiceCollection services, IConfiguration section) =>
        AddEdgeMqtt(services, section, [.. typeof(IMqttFeature).Assembly.GetTypes().Where(IsFeature)]);

    /// <summary>As above with the features given, so that a test can leave out those with needs of their own.</summary>
    internal static IServiceCollection AddEdgeMqtt(IServiceCollection services, IConfiguration section, IReadOnlyList<Type> features)
    {
        services.AddOptions<MqttOptions>().Bind(section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MqttOptions>, MqttOptionsValidator>());
        services.AddMetrics();
        services.AddSingleton<MqttMetrics>();
        services.TryAddSingleton(new StorageFolder(Path: null)); // a host without a folder keeps no messages
        AddSessions(services);
        AddBroker(services);
        MqttWebSockets.AddServices(services, section.GetSection("webSocket"));
        foreach (var feature in features)
            AddFeatureOf.MakeGenericMethod(feature).Invoke(null, [services, section.GetSection(SectionName(feature))]);
        return services;
    }

    private static void AddSessions(IServiceCollection services) => services
        .AddSingleton<SubscriptionTree<Session>>()
        .AddSingleton<RouteFinder>()
        .AddSingleton<Journal>()
        .AddSingleton<MessageLog>()
        .AddSingleton<IMqttFigures, LogMetrics>()
        .AddSingleton<EarlierMessages>()
        .AddSingleton<SessionStore>()
        .AddSingleton<SessionFactory>()
        .AddSingleton<SessionEnd>()
        .AddSingleton<SessionRegistry>()
        .AddSingleton<IMqttSessions>(s => s.GetRequiredService<SessionRegistry>())
        .AddSingleton<Deliverer>()
        .AddSingleton<MessageRouter>()
        .AddSingleton<IMqttPublisher>(s => s.GetRequiredService<MessageRouter>());

    private static void AddBroker(IServiceCollection services) => services
        .AddSingleton<FeatureSet>()
        .AddSingleton<SessionRights>()
        .AddSingleton<ConnectAnswer>()
        .AddSingleton<ConnectHandler>()
        .AddSingleton<Reauthentication>()
        .AddSingleton<AckHandler>()
        .AddSingleton<SessionEvents>()
        .AddSingleton<PublishHandler>()
        .AddSingleton<SubscribeHandler>()
        .AddSingleton<PacketDispatcher>()
        .AddSingleton<Farewell>()
        .AddSingleton<Refusals>()
        .AddSingleton<SessionLifecycle>()
        .AddSingleton(MakeTransport)
        .AddSingleton<MqttConnectionHandler>()
        .AddSingleton<MqttBroker>()
        .AddHostedService(s => s.GetRequiredService<MqttBroker>());

    private static BrokerTransport MakeTransport(IServiceProvider services) => new(
        new ConnectionGate(
            "mqtt",
            services.GetRequiredService<IOptions<MqttOptions>>().Value.Connections,
            services.GetRequiredService<TransportMetrics>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<ConnectionGate>>()),
        services.GetRequiredService<Heartbeat>(),
        services.GetRequiredService<TimeProvider>());

    internal static bool IsFeature(Type type) => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IMqttFeature));

    private static void AddFeature<T>(IServiceCollection services, IConfiguration section) where T : class, IMqttFeature
    {
        T.AddServices(services, section);
        services.TryAddSingleton<T>();
        services.AddSingleton<IMqttFeature>(s => s.GetRequiredService<T>());
    }

    // NodeProtocolFeature → mqtt:nodeProtocol
    private static string SectionName(Type feature)
    {
        var name = feature.Name.EndsWith("Feature", StringComparison.Ordinal) ? feature.Name[..^"Feature".Length] : feature.Name;
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
