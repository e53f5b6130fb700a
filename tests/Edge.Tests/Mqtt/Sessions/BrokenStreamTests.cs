using System.IO.Pipelines;

using Edge.Mqtt.Client;
using Edge.Tests.Mqtt.Harness;
using Edge.Transport;

namespace Edge.Tests.Mqtt.Sessions;

/// <summary>TLS and plain streams flush what is left when their writer is completed, and throw where the peer has gone: that must neither
/// leave the connection nor keep the broker from stopping.</summary>
public sealed class BrokenStreamTests
{
    // CONNECT of client "a", clean session, no password: refused, so that there is an answer to write.
    private static readonly byte[] Connect = Convert.FromHexString("100D00044D5154540402000000" + "0161");

    [Fact]
    public async Task A_peer_that_is_gone_before_its_answer_ends_its_own_connection_only()
    {
        await using var broker = await TestBroker.StartAsync();
        var input = new Pipe();
        await input.Writer.WriteAsync(Connect);
        await using var stream = new DeafStream();
        var reason = await broker.Broker.ServeAsync(new OneWay(input.Reader, PipeWriter.Create(stream)), null, broker.Policy).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(EndReason.Refused, reason);
    }

    [Fact]
    public async Task A_client_whose_server_is_gone_can_be_disposed()
    {
        var input = new Pipe();
        await input.Writer.WriteAsync(Convert.FromHexString("20020000"));
        await using var stream = new DeafStream { Takes = 1 };
        var client = await MqttClient.ConnectAsync(new OneWay(input.Reader, PipeWriter.Create(stream)), new MqttClientOptions { ClientId = "a" });
        await Assert.ThrowsAsync<IOException>(() => client.SubscribeAsync("a"));
        await client.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
    }

    private sealed record OneWay(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class DeafStream : MemoryStream
    {
        /// <summary>How many writes are taken before the peer is gone.</summary>
        public int Takes { get; set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            Takes-- > 0 ? default : ValueTask.FromException(new IOException("Broken pipe."));
    }
}
