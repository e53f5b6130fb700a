using Edge.Identity.Tokens;

namespace Edge.Mqtt.Features.Authentication;

/// <summary>A token in the password, as OAuth over MQTT has it: a JWT beside whatever user name, an opaque one beside the user name of its endpoint.</summary>
internal sealed class TokenCredential(IBearerTokens tokens, BearerProof bearer) : IMqttCredential
{
    public async ValueTask<MqttVerdict?> JudgeAsync(MqttConnecting connecting, CancellationToken cancel) =>
        connecting.Password is { } password && (tokens.IsJwt(password) || tokens.IsOpaque(connecting.UserName))
            ? await bearer.JudgeAsync(password, connecting.UserName, connecting.ClientId, cancel).ConfigureAwait(false)
            : null;
}
