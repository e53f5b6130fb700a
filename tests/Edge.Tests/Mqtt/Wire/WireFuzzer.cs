using System.Buffers;

using Edge.Mqtt.Wire;
using Edge.Tests.Fuzz;

namespace Edge.Tests.Mqtt.Wire;

/// <summary>
/// Feeds damaged packets to the codec. What comes of each is one of three: a packet, a violation, or the wait for more. A packet has to read the same from
/// one piece and from several, and what was understood has to survive being written and read again. Nothing may cost much more memory than it has bytes.
/// </summary>
internal sealed class WireFuzzer(int seed) : Fuzzer(seed)
{
    /// <summary>Beyond what a packet's objects cost in any case. A property of five bytes becomes two references in a list that doubles.</summary>
    private const int MostBytesPerInput = 32_768;

    private const int MaxPacketBytes = 1 << 20;

    public override Task RunAsync(long inputs)
    {
        for (var i = 0L; i < inputs; i++)
        {
            var sample = WireSamples.All[Random.Next(WireSamples.All.Count)];
            var bytes = Random.Next(3) > 0 ? sample.Bytes : Spliced(sample.Bytes, WireSamples.All[Random.Next(WireSamples.All.Count)].Bytes);
            if (bytes == sample.Bytes || Random.Next(2) > 0) bytes = Mutation.Of(bytes, Random);

            // Most lies about the length end at the frame; an honest header brings the damage to the packet's own reader.
            if (Random.Next(3) > 0) bytes = Mutation.WithHonestHeader(bytes);
            var version = Random.Next(8) > 0 ? sample.Version : (ProtocolVersion)Random.Next(3, 6);
            Count(Try(bytes, version, sample.Sender));
        }

        return Task.CompletedTask;
    }

    private string Try(byte[] bytes, ProtocolVersion version, PacketSender sender)
    {
        try
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var (outcome, understood) = Read(new(bytes), version, sender);
            CheckAllocated(before, MostBytesPerInput);

            var split = Read(Canonical.Cut(bytes, Random.Next(bytes.Length + 1)), version, sender);
            if (split.Outcome != outcome || !Same(split.Understood, understood)) throw new InvalidOperationException($"In pieces it is {split.Outcome}, not {outcome}.");
            if (understood is { Length: > 1 }) CheckWritten(understood, version, sender);
            return outcome;
        }
        catch (Exception bug) when (bug is not OutOfMemoryException)
        {
            throw new InvalidOperationException($"{Convert.ToHexString(bytes)} as {version} of a {sender}: {bug.Message}", bug);
        }
    }

    private static (string Outcome, byte[]? Understood) Read(ReadOnlySequence<byte> buffer, ProtocolVersion version, PacketSender sender)
    {
        try
        {
            return PacketFrame.TryRead(ref buffer, MaxPacketBytes, out var frame) ? ("read", Canonical.Of(frame, version, sender)) : ("waits", null);
        }
        catch (MqttProtocolException violation)
        {
            return ($"{(byte)violation.Reason:X2} {violation.Reason}", null);
        }
    }

    private static void CheckWritten(byte[] understood, ProtocolVersion version, PacketSender sender)
    {
        var again = Canonical.Of(Canonical.Frame(understood), version, sender);
        if (!again.AsSpan().SequenceEqual(understood))
            throw new InvalidOperationException($"Written it is {Convert.ToHexString(understood)}, and that reads as {Convert.ToHexString(again)}.");
    }

    // A piece of one packet within another: properties and lists where nobody expects them.
    private byte[] Spliced(byte[] bytes, byte[] other)
    {
        var (at, from) = (Random.Next(bytes.Length) + 1, Random.Next(other.Length));
        var length = Random.Next(Math.Min(40, other.Length - from)) + 1;
        var skipped = Random.Next(2) > 0 ? Math.Min(length, bytes.Length - at) : 0;
        return [.. bytes.AsSpan(0, at), .. other.AsSpan(from, length), .. bytes.AsSpan(at + skipped)];
    }

    private static bool Same(byte[]? one, byte[]? other) => one is null ? other is null : other is not null && one.AsSpan().SequenceEqual(other);
}
