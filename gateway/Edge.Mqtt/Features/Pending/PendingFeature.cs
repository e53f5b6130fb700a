using System.Net;

using Edge.Identity.Devices;
using Edge.Identity.Pending;

namespace Edge.Mqtt.Features.Pending;

/// <summary>Tells operators of devices that nobody knows: a client that shows no credential, a node that is not in the factory manifest. Those that an operator
/// denied get no bootstrap session either.</summary>
internal sealed class PendingFeature(IPendingDevices pending, IDeviceSecrets manifest) : IMqttFeature
{
    public MqttStage Stage => MqttStage.Authorize;

    public ValueTask OnIdentifiedAsync(MqttConnecting connecting, CancellationToken cancel)
    {
        if (connecting.Identity is { IsBootstrap: true } && pending.IsDenied(connecting.ClientId, AddressOf(connecting.RemoteEndPoint)))
            connecting.Refuse(MqttReason.Banned, $"An operator denied it: edge-gateway pending deny --undo {connecting.ClientId} takes that back.");
        return default;
    }

    public async ValueTask OnConnectedAsync(IMqttSession session, CancellationToken cancel)
    {
        if (session.Identity.IsBootstrap && await manifest.FindAsync(session.ClientId, cancel).ConfigureAwait(false) is null)
            pending.Saw(session.ClientId, AddressOf(session.RemoteEndPoint), PendingKind.Node, "wants to be trusted, and is not in the factory manifest");
    }

    public void OnRefused(MqttConnecting refused)
    {
        if (refused is not { Refusal: MqttReason.NotAuthorized, Password: null, ClientCertificate: null }) return;

        // One without any name comes as somebody else each time: there is nobody to let in.
        var name = refused.UserName is { Length: > 0 } user ? user : null;
        if ((refused.IsNamed ? refused.ClientId : name) is not { } who) return;

        var tried = name is null ? "connected without user name and password" : $"connected as {name} without a password";
        pending.Saw(who, AddressOf(refused.RemoteEndPoint), PendingKind.Client, $"{tried}, on {refused.Policy.Name}");
    }

    private static string AddressOf(EndPoint? remote) => remote switch
    {
        IPEndPoint { Address: { IsIPv4MappedToIPv6: true } address } => address.MapToIPv4().ToString(),
        IPEndPoint { Address: var address } => address.ToString(),
        _ => "local",
    };
}
