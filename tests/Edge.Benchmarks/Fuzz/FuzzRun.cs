using System.Diagnostics;

using Edge.Tests.Fuzz;

namespace Edge.Benchmarks.Fuzz;

/// <summary>The long run of what the unit tests do for a moment: inputs until as many are done as were asked for, and the figures.</summary>
internal static class FuzzRun
{
    private const int Step = 5_000;

    /// <param name="options">--inputs N (a million where it is not given), --minutes M (an end before that), --seed S (one of the clock's where it is not given).</param>
    /// <param name="output">Where the figures go.</param>
    /// <param name="make">Makes the fuzzers for a seed; each works in a thread of its own.</param>
    /// <param name="finish">Looks at what is left when all is done, and says it.</param>
    /// <returns>1 where a promise was broken: the last line has the input.</returns>
    public static async Task<int> RunAsync(string[] options, TextWriter output, Func<int, Fuzzer[]> make, Func<Task<string>>? finish = null)
    {
        var left = FuzzOptions.Number(options, "--inputs", 1_000_000);
        var minutes = FuzzOptions.Number(options, "--minutes", 24 * 60);
        var seed = (int)FuzzOptions.Number(options, "--seed", Environment.TickCount & int.MaxValue);
        var (fuzzers, watch, rest) = (make(seed), Stopwatch.StartNew(), "");
        try
        {
            await Task.WhenAll(fuzzers.Select(f => Task.Run(() => WorkAsync(f))));
            if (finish is not null) rest = ", left behind " + await finish();
        }
        catch (InvalidOperationException bug)
        {
            await output.WriteLineAsync($"seed {seed}: {bug.Message}");
            return 1;
        }

        var done = fuzzers.Sum(f => f.Outcomes.Values.Sum());
        await output.WriteLineAsync($"seed {seed}: {done:N0} inputs, {done / watch.Elapsed.TotalSeconds:N0} a second");
        foreach (var outcome in fuzzers.SelectMany(f => f.Outcomes).GroupBy(o => o.Key, o => o.Value).OrderBy(o => o.Key, StringComparer.Ordinal))
            await output.WriteLineAsync($"  {outcome.Sum(),12:N0}  {outcome.Key}");
        using var process = Process.GetCurrentProcess();
        await output.WriteLineAsync($"most allocated by one input {fuzzers.Max(f => f.MostAllocated):N0} bytes, peak resident memory {process.PeakWorkingSet64 >> 20} MiB{rest}");
        return 0;

        async Task WorkAsync(Fuzzer fuzzer)
        {
            while (Interlocked.Add(ref left, -Step) is var more && more > -Step && watch.Elapsed.TotalMinutes < minutes)
                await fuzzer.RunAsync(Math.Min(Step, Step + more));
        }
    }
}
