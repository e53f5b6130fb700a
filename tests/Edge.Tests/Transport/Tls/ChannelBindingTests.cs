using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Edge.Tests.Mqtt.Harness;
using Edge.Transport.Tls;

namespace Edge.Tests.Transport.Tls;

public sealed class ChannelBindingTests : IDisposable
{
    private readonly OwnAuthority _authority = new();

    [Fact]
    public async Task The_end_point_binding_is_the_hash_of_the_certificate_that_the_client_saw()
    {
        await using var pair = await ConnectAsync();

        var expected = SHA256.HashData(pair.Client.RemoteCertificate!.GetRawCertData());
        Assert.Equal(expected, ChannelBinding.Of(pair.Server, ChannelBinding.ServerEndPoint));
    }

    [Fact]
    public async Task The_exporter_gives_both_ends_the_same_and_each_connection_its_own()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Keying material can be had from OpenSSL only.");
        await using var one = await ConnectAsync();
        await using var other = await ConnectAsync();

        var exported = ChannelBinding.Of(one.Server, ChannelBinding.Exporter);
        Assert.Equal(32, exported?.Length);
        Assert.Equal(exported, ChannelBinding.Of(one.Client, ChannelBinding.Exporter));
        Assert.NotEqual(exported, ChannelBinding.Of(other.Server, ChannelBinding.Exporter));
    }

    [Fact]
    public async Task There_is_no_exporter_before_TLS_1_3()
    {
        await using var pair = await ConnectAsync(SslProtocols.Tls12);
        Assert.Null(ChannelBinding.Of(pair.Server, ChannelBinding.Exporter));
        Assert.NotNull(ChannelBinding.Of(pair.Server, ChannelBinding.ServerEndPoint));
    }

    [Theory]
    [InlineData("SHA256", 32)]
    [InlineData("SHA384", 48)]
    [InlineData("SHA512", 64)]
    public void The_hash_is_that_of_the_signature(string hash, int length)
    {
        using var rsa = RSA.Create(2048);
        foreach (var padding in (RSASignaturePadding[])[RSASignaturePadding.Pkcs1, RSASignaturePadding.Pss])
        {
            using var certificate = new CertificateRequest("CN=x", rsa, new HashAlgorithmName(hash), padding)
                .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(90));
            Assert.Equal(length, ChannelBinding.OfCertificate(certificate)?.Length);
        }
    }

    [Fact]
    public async Task A_type_that_nobody_knows_has_no_data()
    {
        await using var pair = await ConnectAsync();
        Assert.Null(ChannelBinding.Of(pair.Server, "tls-something"));
    }

    public void Dispose() => _authority.Dispose();

    private async Task<TlsPair> ConnectAsync(SslProtocols protocol = SslProtocols.None)
    {
        var pipes = new PipePair();
        var serving = StreamUpgrade.AsServerAsync(pipes.Server, _authority.ServerOptions());
        var client = await StreamUpgrade.AsClientAsync(pipes.Client, _authority.Trusting("edge.local", protocol));
        return new(await serving, client);
    }

    private sealed record TlsPair(StreamUpgrade ServerEnd, StreamUpgrade ClientEnd) : IAsyncDisposable
    {
        public SslStream Server => ServerEnd.Stream;

        public SslStream Client => ClientEnd.Stream;

        public async ValueTask DisposeAsync()
        {
            await ClientEnd.DisposeAsync();
            await ServerEnd.DisposeAsync();
        }
    }
}
