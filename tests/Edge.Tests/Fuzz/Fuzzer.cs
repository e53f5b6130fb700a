namespace Edge.Tests.Fuzz;

/// <summary>Feeds damaged bytes to something of ours, and counts what comes of them.</summary>
internal abstract class Fuzzer(int seed)
{
    /// <summary>The same for the same seed.</summary>
    protected Random Random { get; } = new(seed);

    /// <summary>How often what came of it.</summary>
    public SortedDictionary<string, long> Outcomes { get; } = new(StringComparer.Ordinal);

    /// <summary>The most that one input has allocated.</summary>
    public long MostAllocated { get; private set; }

    /// <exception cref="InvalidOperationException">A promise was not held; the text has the input.</exception>
    public abstract Task RunAsync(long inputs);

    protected void Count(string outcome) => Outcomes[outcome] = Outcomes.GetValueOrDefault(outcome) + 1;

    /// <summary>Looks at what this thread has allocated since it had allocated <paramref name="before"/>.</summary>
    protected void CheckAllocated(long before, long most)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        MostAllocated = Math.Max(MostAllocated, allocated);
        if (allocated > most) throw new InvalidOperationException($"{allocated} bytes were allocated.");
    }
}
