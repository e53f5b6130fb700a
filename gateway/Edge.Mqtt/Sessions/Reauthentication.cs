using Edge.Mqtt.Features;
using Edge.Mqtt.Wire;
using Edge.Transport;

namespace Edge.Mqtt.Sessions;

/// <summary>AUTH of a client that is in already: other rights, or more time, in the same session (MQTT 5.0 §4.12.1).</summary>
internal sealed class Reauthentication(FeatureSet features)
{
    public async ValueTask HandleAsync(LiveSession live, AuthPacket packet, CancellationToken cancel)
    {
        if (live.AuthenticationMethod is not { } method || packet.Method != method)
            throw new MqttProtocolException("AUTH with another method than CONNECT's, which stays the same ([MQTT-4.12.1-1]).");
        if (packet.Reason == MqttReason.ContinueAuthentication && !live.IsAuthenticating)
            throw new MqttProtocolException("AUTH goes on with what was not begun (MQTT 5.0 §4.12).");

        if (!await features.MayRequestAsync(live, 1, cancel).ConfigureAwait(false)) return;

        var step = new MqttAuthenticating(live.ClientId, method, packet.Data ?? default) { IsReauthentication = true, Identity = live.Identity };
        await features.AuthenticateAsync(step, cancel).ConfigureAwait(false);
        live.IsAuthenticating = step.Outcome == MqttAuthentication.Continued;
        switch (step.Outcome)
        {
            case MqttAuthentication.Accepted:
                live.ChangeIdentity(step.Identity!);
                Answer(live, MqttReason.Success, method, step.Answer);
                break;
            case MqttAuthentication.Continued:
                Answer(live, MqttReason.ContinueAuthentication, method, step.Answer);
                break;
            default:
                live.End(EndReason.Refused, step.RefusalDetail, step.Refusal);
                break;
        }
    }

    private static void Answer(LiveSession live, MqttReason reason, string method, ReadOnlyMemory<byte> data) =>
        live.Post(new AuthPacket(reason) { Method = method, Data = data.IsEmpty ? (ReadOnlyMemory<byte>?)null : data }.ToBytes());
}
