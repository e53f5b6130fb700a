using System.Buffers;
using System.Security.Authentication;

using Edge.Tests.Mqtt.Harness;
using Edge.Transport.Tls;

namespace Edge.Tests.Transport.Tls;

public sealed class StreamUpgradeTests : IDisposable
{
    private readonly OwnAuthority _authority = new();

    [Fact]
    public async Task Bytes_go_both_ways_encrypted_after_the_upgrade()
    {
        var pair = new PipePair();
        var serving = StreamUpgrade.AsServerAsync(pair.Server, _authority.ServerOptions());
        await using var client = await StreamUpgrade.AsClientAsync(pair.Client, _authority.Trusting("edge.local"));
        await using var server = await serving;

        await client.Output.WriteAsync("question"u8.ToArray());
        Assert.Equal("question"u8.ToArray(), (await server.Input.ReadAtLeastAsync(8)).Buffer.ToArray());
        await server.Output.WriteAsync("answer"u8.ToArray());
        Assert.Equal("answer"u8.ToArray(), (await client.Input.ReadAtLeastAsync(6)).Buffer.ToArray());
        Assert.True(client.Stream.SslProtocol is SslProtocols.Tls12 or SslProtocols.Tls13);
    }

    [Fact]
    public async Task A_name_that_is_not_in_the_certificate_fails_the_handshake()
    {
        var pair = new PipePair();
        var serving = StreamUpgrade.AsServerAsync(pair.Server, _authority.ServerOptions());

        await Assert.ThrowsAsync<AuthenticationException>(() => StreamUpgrade.AsClientAsync(pair.Client, _authority.Trusting("evil.example.org")));

        await pair.Client.Output.CompleteAsync();
        await Record.ExceptionAsync(() => serving.WaitAsync(TimeSpan.FromSeconds(20))); // TLS 1.3 tells the server only after its own handshake
    }

    [Fact]
    public async Task Bytes_that_are_no_TLS_fail_the_handshake()
    {
        var pair = new PipePair();
        var serving = StreamUpgrade.AsServerAsync(pair.Server, _authority.ServerOptions());

        await pair.Client.Output.WriteAsync("<stream:stream xmlns='jabber:client'>"u8.ToArray());

        await Assert.ThrowsAnyAsync<Exception>(() => serving.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task The_end_is_quiet_where_the_peer_is_gone_and_bytes_were_left_to_write()
    {
        var pair = new PipePair();
        var serving = StreamUpgrade.AsServerAsync(pair.Server, _authority.ServerOptions());
        var client = await StreamUpgrade.AsClientAsync(pair.Client, _authority.Trusting("edge.local"));
        var server = await serving;
        server.Output.Write("never flushed"u8);
        await client.DisposeAsync();
        await pair.Client.Input.CompleteAsync();

        Assert.Null(await Record.ExceptionAsync(() => server.DisposeAsync().AsTask()));
    }

    public void Dispose() => _authority.Dispose();
}
