using Edge.Mqtt.Wire;
using Edge.Things.Clients;
using Edge.Transport;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Edge.Mqtt.Features.ClientList;

/// <summary>Shows people who is connected, with what each has sent and got, and ends a connection where they want it.</summary>
internal sealed class ClientListFeature : IMqttFeature
{
    public MqttStage Stage => MqttStage.Deliver;

    public static void AddServices(IServiceCollection services, IConfiguration section) => services.AddSingleton<IConnectedClients, ClientList>();
}

/// <summary>The clients of the broker.</summary>
internal sealed class ClientList(IMqttSessions sessions, TimeProvider clock) : IConnectedClients
{
    public IReadOnlyList<ConnectedClient> All => [.. sessions.Connected().Select(Of).OrderBy(c => c.ClientId, StringComparer.Ordinal)];

    public bool Disconnect(string key, string by)
    {
        if (sessions.Connected().FirstOrDefault(s => KeyOf(s) == key) is not { } session) return false;

        session.End(EndReason.Forbidden, $"{by} ended it.", MqttReason.AdministrativeAction);
        return true;
    }

    // A session belongs to its identity: two may use the same client identifier. A bootstrap session is nobody's.
    private static string KeyOf(IMqttSession session) => $"{session.Identity.Subject} {session.ClientId}";

    private ConnectedClient Of(IMqttSession session)
    {
        var count = session.Statistics;
        return new(
            KeyOf(session), session.ClientId, session.Identity.Subject, session.RemoteEndPoint?.ToString() ?? "", Name(session.Version), clock.GetUtcNow() - session.Age,
            new(count.MessagesIn, count.MessagesOut, count.BytesIn, count.BytesOut, count.Dropped, count.Queued, count.Subscriptions));
    }

    private static string Name(ProtocolVersion version) => version switch
    {
        ProtocolVersion.V5 => "MQTT 5.0",
        ProtocolVersion.V311 => "MQTT 3.1.1",
        _ => "MQTT 3.1",
    };
}
