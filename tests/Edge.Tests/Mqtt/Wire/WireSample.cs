using Edge.Mqtt.Wire;

namespace Edge.Tests.Mqtt.Wire;

/// <summary>A well-formed packet, as its sender writes it.</summary>
internal sealed record WireSample(string Name, ProtocolVersion Version, PacketSender Sender, byte[] Bytes)
{
    public override string ToString() => $"{Name} of {Version}";
}
