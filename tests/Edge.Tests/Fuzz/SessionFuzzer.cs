using Edge.Transport;

namespace Edge.Tests.Fuzz;

/// <summary>What came of one session's bytes.</summary>
/// <param name="Reason">Why it ended.</param>
/// <param name="Answer">What the server said.</param>
internal readonly record struct Played(EndReason Reason, byte[] Answer);

/// <summary>Plays damaged sessions to a server. A judge says whether it did what it owes; a witness, another client of the same server, whether others noticed.</summary>
/// <param name="seed">Of the damage.</param>
/// <param name="mostBytesPerInput">That one session may allocate: its objects, and what it makes for others.</param>
/// <param name="inputsPerWitness">After how many sessions the witness is asked.</param>
internal abstract class SessionFuzzer(int seed, long mostBytesPerInput, int inputsPerWitness) : Fuzzer(seed)
{
    public sealed override async Task RunAsync(long inputs)
    {
        for (var i = 0L; i < inputs; i++)
        {
            var said = Damaged();
            try
            {
                Count(Judge(said, await PlayAsync(said)));
                if (i % inputsPerWitness == 0) await AskWitnessAsync();
            }
            catch (Exception bug) when (bug is not OutOfMemoryException)
            {
                throw new InvalidOperationException($"{Describe(said)}: {bug.Message}", bug);
            }
        }
    }

    /// <summary>What a client says this time.</summary>
    protected abstract byte[] Damaged();

    /// <summary>Plays a session whose bytes have all come when it begins.</summary>
    protected abstract Task<Played> PlayWholeAsync(byte[] said);

    /// <summary>As above, with the bytes coming in two parts.</summary>
    protected abstract Task<Played> PlayAsync(byte[] said, int cut);

    /// <summary>The outcome in a few words.</summary>
    /// <exception cref="InvalidOperationException">The server did not do what it owes.</exception>
    protected abstract string Judge(byte[] said, Played played);

    protected abstract Task AskWitnessAsync();

    /// <summary>The input, for whoever looks for a bug.</summary>
    protected virtual string Describe(byte[] said) => Convert.ToHexString(said);

    private async Task<Played> PlayAsync(byte[] said)
    {
        if (Random.Next(8) == 0) return await PlayAsync(said, Random.Next(said.Length + 1));

        var before = GC.GetAllocatedBytesForCurrentThread();
        var playing = PlayWholeAsync(said);
        if (playing.IsCompleted) CheckAllocated(before, mostBytesPerInput); // else others' work is counted as well
        return await playing;
    }
}
