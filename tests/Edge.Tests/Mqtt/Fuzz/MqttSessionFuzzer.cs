using Edge.Tests.Fuzz;
using Edge.Tests.Mqtt.Wire;

namespace Edge.Tests.Mqtt.Fuzz;

/// <summary>Damaged MQTT sessions: packets changed, swapped, repeated and left out, bytes cut, and everything in the wrong state.</summary>
internal sealed class MqttSessionFuzzer(FuzzedBroker broker, int seed) : SessionFuzzer(seed, mostBytesPerInput: 4 * 1024 * 1024, inputsPerWitness: 1000)
{
    private readonly IReadOnlyList<RecordedSession> _sessions = RecordedSession.All(broker.Token);

    protected override Task<Played> PlayWholeAsync(byte[] said) => broker.PlayAsync(Random.Next(4) > 0 ? new(said) : Canonical.Cut(said, Random.Next(said.Length + 1)));

    protected override Task<Played> PlayAsync(byte[] said, int cut) => broker.PlayAsync(said, cut);

    protected override string Judge(byte[] said, Played played) => SessionJudge.Judge(said, played, broker.Options);

    protected override Task AskWitnessAsync() => broker.AskWitnessAsync();

    protected override byte[] Damaged()
    {
        var packets = _sessions[Random.Next(_sessions.Count)].Packets.ToList();
        for (var times = Random.Next(1, 4); times > 0; times--) Damage(packets);
        byte[] bytes = [.. packets.SelectMany(p => p)];
        return bytes.Length > 0 && Random.Next(8) == 0 ? Mutation.Of(bytes, Random) : bytes;
    }

    // The first packet less often than others: without CONNECT not much happens.
    private void Damage(List<byte[]> packets)
    {
        if (packets.Count == 0) return;

        var at = packets.Count > 1 && Random.Next(6) > 0 ? Random.Next(1, packets.Count) : 0;
        switch (Random.Next(8))
        {
            case 0:
                packets.RemoveAt(at);
                break;
            case 1:
                packets.Insert(Random.Next(packets.Count + 1), packets[at]);
                break;
            case 2:
                var other = _sessions[Random.Next(_sessions.Count)].Packets;
                packets.Insert(at + (at > 0 ? 0 : 1), other[Random.Next(other.Count)]);
                break;
            case 3:
                packets[at] = Mutation.Of(packets[at], Random);
                break;
            default:
                packets[at] = Mutation.WithHonestHeader(Mutation.Of(packets[at], Random));
                break;
        }
    }
}
