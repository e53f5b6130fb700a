using System.Buffers;
using System.IO.Pipelines;

using Edge.Mqtt;
using Edge.Mqtt.Wire;
using Edge.Tests.Mqtt.Harness;

namespace Edge.Tests.Mqtt.Client;

/// <summary>A server that does what a test says, step by step, however odd.</summary>
internal sealed class ScriptedServer(ProtocolVersion version = ProtocolVersion.V5)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly PipePair _pair = new();

    public IDuplexPipe Client => _pair.Client;

    public ValueTask<FlushResult> SendAsync(byte[] packet) => _pair.Server.Output.WriteAsync(packet);

    public async Task<ConnectPacket> AcceptAsync(ConnAckPacket? answer = null)
    {
        var connect = ConnectPacket.Read(await ReadAsync(PacketType.Connect));
        await SendAsync((answer ?? new()).ToBytes(version));
        return connect;
    }

    public async Task<PublishPacket> PublishAsync() => PublishPacket.Read(await ReadAsync(PacketType.Publish), version);

    public async Task<AckPacket> AckAsync(PacketType type) => AckPacket.Read(await ReadAsync(type), version);

    public ValueTask<FlushResult> AckAsync(PacketType type, ushort id, MqttReason reason = MqttReason.Success, string? text = null) =>
        SendAsync(new AckPacket(type, id, reason, text).ToBytes(version));

    public async Task<SubscribePacket> GrantAsync(MqttReason reason = MqttReason.GrantedQoS1)
    {
        var packet = SubscribePacket.Read(await ReadAsync(PacketType.Subscribe), version, 100);
        await SendAsync(new SubAckPacket(packet.PacketId, [.. packet.Entries.Select(_ => reason)]).ToBytes(version));
        return packet;
    }

    public ValueTask<FlushResult> PublishAsync(string topic, string text, MqttQoS qos = MqttQoS.AtMostOnce, ushort id = 0, ushort alias = 0, bool omit = false, uint[]? ids = null, bool duplicate = false)
    {
        var content = new PublishContent(System.Text.Encoding.UTF8.GetBytes(topic), default, System.Text.Encoding.UTF8.GetBytes(text));
        var envelope = new PublishEnvelope(qos, false, duplicate, id, version, alias, omit, SubscriptionIds: ids);
        var bytes = new byte[PublishWriter.Size(content, envelope)];
        PublishWriter.Write(bytes, content, envelope);
        return SendAsync(bytes);
    }

    /// <summary>The next packet, which has to be of this type.</summary>
    public async Task<PacketFrame> ReadAsync(PacketType type)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var result = await _pair.Server.Input.ReadAsync(patience.Token);
            var buffer = result.Buffer;
            if (PacketFrame.TryRead(ref buffer, PacketFrame.MaxBytes, out var frame))
            {
                frame = frame with { Body = frame.Body.ToArray() };
                _pair.Server.Input.AdvanceTo(buffer.Start);
                Assert.Equal(type, frame.Type);
                return frame;
            }

            _pair.Server.Input.AdvanceTo(buffer.Start, buffer.End);
            Assert.False(result.IsCompleted, $"The client closed, where {type} was expected.");
        }
    }

    /// <summary>True where the client has said nothing that was not read yet.</summary>
    public bool IsSilent
    {
        get
        {
            if (!_pair.Server.Input.TryRead(out var result)) return true;

            _pair.Server.Input.AdvanceTo(result.Buffer.Start);
            return result.Buffer.IsEmpty;
        }
    }

    public void Cut() => _pair.Server.Output.Complete();
}
