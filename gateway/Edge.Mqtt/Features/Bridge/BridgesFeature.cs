using Edge.Identity.Tokens;
using Edge.Mqtt.Wire;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.Bridge;

/// <summary>
/// Bridges to other brokers. To this one a bridge is a client with a session that stays, connected inside the process: what is published goes through
/// the same routing, queues and storage as for everybody, and a broker without bridges has nothing of them in its way.
/// </summary>
internal sealed class BridgesFeature(BridgeHop hop) : IMqttFeature
{
    /// <summary>Whose sessions the bridges' are.</summary>
    public const string Subject = "$bridge";

    /// <summary>The listener that only bridges come from: nobody else has this very object.</summary>
    public static MqttListenerPolicy Listener { get; } = new() { Name = "bridge", AllowBootstrap = false };

    // To pass on whatever the configuration says it passes on. What others may read of it, their own scopes say.
    private static readonly TopicScope[] Everything = [new(TopicAccess.ReadWrite, "#")];

    public MqttStage Stage => MqttStage.Identify;

    public static void AddServices(IServiceCollection services, IConfiguration section)
    {
        services.AddOptions<BridgesOptions>().Bind(section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<BridgesOptions>, BridgeOptionsValidator>());
        services.AddSingleton<BridgeHop>().AddSingleton<BridgeMetrics>().AddSingleton<BridgeBroker>().AddSingleton<BridgeRecords>().AddSingleton<BridgeSurroundings>().AddSingleton<BridgeService>();
        services.AddHostedService(s => s.GetRequiredService<BridgeService>());
    }

    public ValueTask OnConnectingAsync(MqttConnecting connecting, CancellationToken cancel)
    {
        if (ReferenceEquals(connecting.Policy, Listener)) connecting.Accept(new(Subject, Everything, expiresAt: null));
        return default;
    }

    // A message that left here and comes back, through whatever ring of bridges, has arrived already.
    public ValueTask OnPublishAsync(MqttPublishing publishing, CancellationToken cancel)
    {
        if (hop.Property is { } own && publishing.Content.Properties.IndexOf(own) >= 0) publishing.Take();
        return default;
    }
}

/// <summary>How this broker signs the messages that leave over a bridge.</summary>
internal sealed class BridgeHop
{
    /// <summary>The user property that names a broker on a message's way.</summary>
    public const string Name = "bridge-hop";

    /// <summary>The signature as it stands among a message's properties; null where there are no bridges.</summary>
    public byte[]? Property { get; private set; }

    public void Sign(string brokerId) => Property = PublishWriter.EncodeProperties(new() { UserProperties = [new(Name, brokerId)] });
}
