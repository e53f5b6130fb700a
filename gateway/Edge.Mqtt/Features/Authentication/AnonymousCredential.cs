using Edge.Identity.Tokens;

namespace Edge.Mqtt.Features.Authentication;

/// <summary>Nothing at all, where the listener takes that: such a client may do everything.</summary>
internal sealed class AnonymousCredential : IMqttCredential
{
    private static readonly TopicScope[] Everything = [new(TopicAccess.ReadWrite, "#"), new(TopicAccess.Read, "$SYS/#")];

    public ValueTask<MqttVerdict?> JudgeAsync(MqttConnecting connecting, CancellationToken cancel) => new(
        connecting is { Password: null, Policy.AllowAnonymous: true }
            ? MqttVerdict.Accept(new("anonymous", Everything, expiresAt: null))
            : null);
}
