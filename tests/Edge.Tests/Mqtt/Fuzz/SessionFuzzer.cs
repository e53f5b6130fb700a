using System.Buffers;

using Edge.Mqtt.Wire;
using Edge.Tests.Mqtt.Wire;

namespace Edge.Tests.Mqtt.Fuzz;

/// <summary>
/// Plays damaged sessions to a broker: packets changed, swapped, repeated and left out, bytes cut, and everything in the wrong state. <see cref="SessionJudge"/>
/// says whether the broker did what it owes; the witness says whether others noticed.
/// </summary>
internal sealed class SessionFuzzer(FuzzedBroker broker, int seed)
{
    /// <summary>A session's objects, and what it queues for others.</summary>
    private const long MostBytesPerInput = 4 * 1024 * 1024;

    private const int InputsPerWitness = 1000;

    private readonly Random _random = new(seed);
    private readonly IReadOnlyList<RecordedSession> _sessions = RecordedSession.All(broker.Token);

    /// <summary>How often what came of it.</summary>
    public SortedDictionary<string, long> Outcomes { get; } = new(StringComparer.Ordinal);

    /// <summary>The most that one session has allocated.</summary>
    public long MostAllocated { get; private set; }

    /// <exception cref="InvalidOperationException">The broker does not hold what it promises; the text has the input.</exception>
    public async Task RunAsync(long inputs)
    {
        for (var i = 0L; i < inputs; i++)
        {
            var said = Damaged();
            try
            {
                var outcome = SessionJudge.Judge(said, await PlayAsync(said), broker.Options);
                Outcomes[outcome] = Outcomes.GetValueOrDefault(outcome) + 1;
                if (i % InputsPerWitness == 0) await broker.AskWitnessAsync();
            }
            catch (Exception bug) when (bug is not OutOfMemoryException)
            {
                throw new InvalidOperationException($"{Convert.ToHexString(said)}: {bug.Message}", bug);
            }
        }
    }

    private async Task<Played> PlayAsync(byte[] said)
    {
        if (_random.Next(8) == 0) return await broker.PlayAsync(said, _random.Next(said.Length + 1));

        var before = GC.GetAllocatedBytesForCurrentThread();
        var playing = broker.PlayAsync(_random.Next(4) > 0 ? new(said) : Canonical.Cut(said, _random.Next(said.Length + 1)));
        if (playing.IsCompleted) // else others' work is counted as well
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            MostAllocated = Math.Max(MostAllocated, allocated);
            if (allocated > MostBytesPerInput) throw new InvalidOperationException($"{allocated} bytes were allocated.");
        }

        return await playing;
    }

    private byte[] Damaged()
    {
        var packets = _sessions[_random.Next(_sessions.Count)].Packets.ToList();
        for (var times = _random.Next(1, 4); times > 0; times--) Damage(packets);
        byte[] bytes = [.. packets.SelectMany(p => p)];
        return bytes.Length > 0 && _random.Next(8) == 0 ? Mutation.Of(bytes, _random) : bytes;
    }

    // The first packet less often than others: without CONNECT not much happens.
    private void Damage(List<byte[]> packets)
    {
        if (packets.Count == 0) return;

        var at = packets.Count > 1 && _random.Next(6) > 0 ? _random.Next(1, packets.Count) : 0;
        switch (_random.Next(8))
        {
            case 0:
                packets.RemoveAt(at);
                break;
            case 1:
                packets.Insert(_random.Next(packets.Count + 1), packets[at]);
                break;
            case 2:
                var other = _sessions[_random.Next(_sessions.Count)].Packets;
                packets.Insert(at + (at > 0 ? 0 : 1), other[_random.Next(other.Count)]);
                break;
            case 3:
                packets[at] = Mutation.Of(packets[at], _random);
                break;
            default:
                packets[at] = Mutation.WithHonestHeader(Mutation.Of(packets[at], _random));
                break;
        }
    }
}
