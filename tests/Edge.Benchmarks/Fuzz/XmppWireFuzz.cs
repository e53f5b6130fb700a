using System.Diagnostics;

using Edge.Tests.Xmpp.Fuzz;

namespace Edge.Benchmarks.Fuzz;

/// <summary>The long run of what the unit tests do for a moment: damaged sessions through the codec of XMPP, until as many are read as were asked for.</summary>
internal static class XmppWireFuzz
{
    private const int Step = 100_000;

    /// <param name="options">--inputs N (a million where it is not given), --seed S (one of the clock's where it is not given).</param>
    /// <param name="output">Where the figures go.</param>
    /// <returns>1 where the codec broke a promise: the last line has the input.</returns>
    public static async Task<int> RunAsync(string[] options, TextWriter output)
    {
        var inputs = FuzzOptions.Number(options, "--inputs", 1_000_000);
        var seed = (int)FuzzOptions.Number(options, "--seed", Environment.TickCount & int.MaxValue);
        var (fuzzer, watch) = (new XmppWireFuzzer(seed), Stopwatch.StartNew());
        try
        {
            for (var done = 0L; done < inputs; done += Step) fuzzer.Run(Math.Min(Step, inputs - done));
        }
        catch (InvalidOperationException bug)
        {
            await output.WriteLineAsync($"seed {seed}: {bug.Message}");
            return 1;
        }

        await output.WriteLineAsync($"seed {seed}: {inputs:N0} inputs, {inputs / watch.Elapsed.TotalSeconds:N0} a second");
        foreach (var (outcome, count) in fuzzer.Outcomes) await output.WriteLineAsync($"  {count,12:N0}  {outcome}");
        using var process = Process.GetCurrentProcess();
        await output.WriteLineAsync($"most allocated by one input {fuzzer.MostAllocated:N0} bytes, peak resident memory {process.PeakWorkingSet64 >> 20} MiB");
        return 0;
    }
}
