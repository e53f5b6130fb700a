using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.Authentication;

/// <summary>A client certificate, where the client shows no password beside it. The listener has checked that its CA signed it and that the client has its key
/// (<c>listeners</c>); here it becomes somebody with the topics that the configuration grants.</summary>
internal sealed class CertificateCredential(TopicGrants grants, IOptions<AuthenticationOptions> options) : IMqttCredential
{
    public ValueTask<MqttVerdict?> JudgeAsync(MqttConnecting connecting, CancellationToken cancel)
    {
        if (connecting is not { Password: null, ClientCertificate: { } certificate }) return default;
        if (CertificateNames.Find(certificate, options.Value.CertificateName) is not { } name)
            return new(MqttVerdict.Refuse($"Its certificate has no {options.Value.CertificateName} that can be used: issue another, or set mqtt:authentication:certificateName."));

        var subject = options.Value.CertificatePrefix + name;
        var scopes = Placeholders.Resolve(grants.ForCertificate(name), subject, connecting.ClientId);
        return new(scopes.Count == 0
            ? MqttVerdict.Refuse($"certificate:{name} is granted no topics: add it to mqtt:authentication:grants.")
            : MqttVerdict.Accept(new(subject, scopes, new DateTimeOffset(certificate.NotAfter.ToUniversalTime()))));
    }
}
