using System.Text;

namespace Edge.Tests.Xmpp.Fuzz;

/// <summary>
/// Plays damaged sessions to a server: elements changed, swapped, repeated and left out, bytes cut, and everything in the wrong state. <see cref="XmppJudge"/>
/// says whether the server did what it owes; the witness says whether others noticed.
/// </summary>
internal sealed class XmppSessionFuzzer(FuzzedServer server, int seed)
{
    /// <summary>A session's objects, and what it makes for others: where the queues of twenty kept sessions grow at once, megabytes.</summary>
    private const long MostBytesPerInput = 8 * 1024 * 1024;

    private const int InputsPerWitness = 500;

    private readonly Random _random = new(seed);

    /// <summary>How often what came of it.</summary>
    public SortedDictionary<string, long> Outcomes { get; } = new(StringComparer.Ordinal);

    /// <summary>The most that one session has allocated.</summary>
    public long MostAllocated { get; private set; }

    /// <exception cref="InvalidOperationException">The server does not hold what it promises; the text has the input.</exception>
    public async Task RunAsync(long inputs)
    {
        for (var i = 0L; i < inputs; i++)
        {
            var said = Damaged();
            try
            {
                var outcome = XmppJudge.Judge(await PlayAsync(said));
                Outcomes[outcome] = Outcomes.GetValueOrDefault(outcome) + 1;
                if (i % InputsPerWitness == 0) await server.AskWitnessAsync();
            }
            catch (Exception bug) when (bug is not OutOfMemoryException)
            {
                throw new InvalidOperationException($"{Encoding.UTF8.GetString(said)}\n{Convert.ToHexString(said)}: {bug.Message}", bug);
            }
        }
    }

    private async Task<Played> PlayAsync(byte[] said)
    {
        if (_random.Next(8) == 0) return await server.PlayAsync(said, _random.Next(said.Length + 1));

        var before = GC.GetAllocatedBytesForCurrentThread();
        var playing = server.PlayAsync(new(said));
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
        var elements = XmppSamples.Sessions[_random.Next(XmppSamples.Sessions.Count)].Select(Encoding.UTF8.GetBytes).ToList();
        for (var times = _random.Next(1, 4); times > 0; times--) Damage(elements);
        byte[] bytes = [.. elements.SelectMany(e => e)];
        return bytes.Length > 0 && _random.Next(8) == 0 ? XmlMutation.Of(bytes, _random) : bytes;
    }

    // What brings a session to its resource is damaged less often than the rest: without it not much happens.
    private void Damage(List<byte[]> elements)
    {
        if (elements.Count == 0) return;

        var at = elements.Count > 4 && _random.Next(6) > 0 ? _random.Next(4, elements.Count) : _random.Next(elements.Count);
        switch (_random.Next(6))
        {
            case 0:
                elements.RemoveAt(at);
                break;
            case 1:
                elements.Insert(_random.Next(elements.Count + 1), elements[at]);
                break;
            case 2:
                var other = XmppSamples.Sessions[_random.Next(XmppSamples.Sessions.Count)];
                elements.Insert(at, Encoding.UTF8.GetBytes(other[_random.Next(other.Count)]));
                break;
            default:
                if (elements[at].Length > 0) elements[at] = XmlMutation.Of(elements[at], _random);
                break;
        }
    }
}
