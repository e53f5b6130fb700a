using System.Buffers;
using System.IO.Pipelines;

using Edge.Mqtt.Wire;
using Edge.Transport;

namespace Edge.Tests.Mqtt.Harness;

/// <summary>A client that says exactly these bytes, right or wrong, and looks at exactly what comes back.</summary>
internal sealed class RawClient(IDuplexPipe pipe, Task<EndReason?> ended)
{
    public IDuplexPipe Pipe => pipe;

    /// <summary>Why the broker ended the connection.</summary>
    public Task<EndReason?> Ended => ended.WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>Sends bytes written as hexadecimal, spaces allowed.</summary>
    public Task SendAsync(string hex) => SendAsync(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));

    public async Task SendAsync(params byte[] bytes) => await pipe.Output.WriteAsync(bytes);

    public Task ConnectAsync(string clientId, string? token, bool clean = true, ushort keepAlive = 0) => SendAsync(new ConnectPacket
    {
        ClientId = clientId,
        UserName = clientId,
        Password = token,
        CleanSession = clean,
        KeepAlive = keepAlive,
    }.ToBytes());

    public Task SubscribeAsync(ushort id, string filter, byte qos) =>
        SendAsync(new SubscribePacket(id, [new(filter, (Edge.Mqtt.MqttQoS)qos)]).ToBytes(ProtocolVersion.V311));

    public Task PublishAsync(string topic, string text, byte qos = 0, ushort id = 0, bool retain = false, bool duplicate = false)
    {
        return SendAsync(Publish(topic, text, qos, id, retain, duplicate));
    }

    /// <summary>The next packet, as hexadecimal; "closed" at the end.</summary>
    public async Task<string> ReadAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            var result = await pipe.Input.ReadAsync(patience.Token);
            var buffer = result.Buffer;
            var start = buffer.Start;
            if (PacketFrame.TryRead(ref buffer, int.MaxValue, out _))
            {
                var packet = Convert.ToHexString(result.Buffer.Slice(start, buffer.Start).ToArray());
                pipe.Input.AdvanceTo(buffer.Start);
                return packet;
            }

            pipe.Input.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted) return "closed";
        }
    }

    /// <summary>The next packet has to be this one.</summary>
    public async Task ExpectAsync(string hex) => Assert.Equal(hex.Replace(" ", "", StringComparison.Ordinal), await ReadAsync());

    /// <summary>The next packet has to be this PUBLISH.</summary>
    public async Task ExpectPublishAsync(string topic, string text, byte qos = 0, ushort id = 0, bool retain = false, bool duplicate = false)
    {
        await ExpectAsync(Convert.ToHexString(Publish(topic, text, qos, id, retain, duplicate)));
    }

    private static byte[] Publish(string topic, string text, byte qos, ushort id, bool retain, bool duplicate) => PublishWriter.ToBytes(
        new(System.Text.Encoding.UTF8.GetBytes(topic), [], System.Text.Encoding.UTF8.GetBytes(text)),
        new((Edge.Mqtt.MqttQoS)qos, retain, duplicate, id, ProtocolVersion.V311));

    /// <summary>Breaks the connection off without a word.</summary>
    public async Task VanishAsync()
    {
        await pipe.Output.CompleteAsync();
        await pipe.Input.CompleteAsync();
    }
}
