using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Edge.Mqtt;
using Edge.Mqtt.Features;
using Edge.Mqtt.Features.Authentication;
using Edge.Tests.Mqtt.Harness;

namespace Edge.Tests.Mqtt.Features.Authentication;

/// <summary>A client certificate that the listener has checked.</summary>
public sealed class CertificateCredentialTests
{
    private static readonly string[] Grants =
    [
        "authentication:grants:0:who=certificate:meter-7", "authentication:grants:0:topics:0:rw=w", "authentication:grants:0:topics:0:topic=meters/%u/#",
    ];

    [Fact]
    public async Task It_is_somebody_with_what_is_granted_to_its_name()
    {
        await using var broker = await TestBroker.StartAsync(Grants);

        var connecting = await ConnectAsync(broker, "meter-7");

        Assert.Null(connecting.Refusal);
        Assert.Equal("cert:meter-7", connecting.Identity?.Subject);
        Assert.True(connecting.Identity!.MayWrite("meters/cert:meter-7/power"));
        Assert.False(connecting.Identity.MayWrite("meters/cert:meter-8/power"));
        Assert.NotNull(connecting.Identity.ExpiresAt);
    }

    [Theory]
    [InlineData("meter-8", "mqtt:authentication:grants")]
    [InlineData("", "certificateName")]
    public async Task Without_a_grant_or_a_name_it_is_refused_with_the_remedy(string name, string remedy)
    {
        await using var broker = await TestBroker.StartAsync(Grants);

        var connecting = await ConnectAsync(broker, name);

        Assert.Equal(MqttReason.NotAuthorized, connecting.Refusal);
        Assert.Contains(remedy, connecting.RefusalDetail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_beside_it_decides()
    {
        await using var broker = await TestBroker.StartAsync(Grants);

        Assert.Equal(MqttReason.NotAuthorized, (await ConnectAsync(broker, "meter-7", "token-made-up")).Refusal);
        Assert.Equal("juliet", (await ConnectAsync(broker, "meter-7", broker.Tokens.Issue("juliet", "r a"))).Identity?.Subject);
    }

    [Fact]
    public async Task It_is_an_accounts_or_nodes_name_only_where_that_is_configured()
    {
        await using var broker = await TestBroker.StartAsync([.. Grants, "authentication:certificatePrefix="]);

        Assert.Equal("meter-7", (await ConnectAsync(broker, "meter-7")).Identity?.Subject);
    }

    private static async Task<MqttConnecting> ConnectAsync(TestBroker broker, string name, string? password = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name.Length > 0 ? $"CN={name}" : "O=House", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        var connecting = new MqttConnecting("client", new()) { ClientCertificate = certificate, UserName = "client", Password = password };
        await broker.Get<FeatureSet>().ConnectingAsync(connecting, TestContext.Current.CancellationToken);
        return connecting;
    }
}
