using Edge.Protocol;

using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>Lets a node in that has no token yet, so that it can earn one: a CONNECT without password whose client id and user name are a
/// node id gets a bootstrap session (node protocol, "Session").</summary>
internal sealed class NodeBootstrapFeature(BootstrapAdmission admission, IOptions<NodeProtocolOptions> options, TimeProvider clock) : IMqttFeature
{
    public MqttStage Stage => MqttStage.Identify;

    public ValueTask OnConnectingAsync(MqttConnecting connecting, CancellationToken cancel)
    {
        if (connecting.Identity is not null || connecting.Password is not null || !connecting.Policy.AllowBootstrap) return default;
        if (connecting.ClientId != connecting.UserName || !NodeId.IsValid(connecting.ClientId)) return default;

        if (admission.Admit(connecting.ClientId) is { } refusal)
            connecting.Refuse(MqttReason.ServerUnavailable, refusal);
        else
            connecting.Accept(MqttIdentity.Bootstrap(
                NodeScope.Bootstrap(connecting.ClientId),
                clock.GetUtcNow() + TimeSpan.FromSeconds(options.Value.BootstrapSeconds),
                options.Value.BootstrapMessagesPerMinute,
                options.Value.MaxMessageBytes));
        return default;
    }
}
