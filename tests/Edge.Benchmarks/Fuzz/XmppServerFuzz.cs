using System.Diagnostics;

using Edge.Tests.Xmpp.Fuzz;

namespace Edge.Benchmarks.Fuzz;

/// <summary>The long run of what the unit tests do for a moment: damaged sessions to an XMPP server in this process, by as many threads as there are processors.</summary>
internal static class XmppServerFuzz
{
    private const int Step = 5_000;

    /// <param name="options">--inputs N (a million where it is not given), --minutes M (an end before that), --seed S (one of the clock's where it is not given).</param>
    /// <param name="output">Where the figures go.</param>
    /// <returns>1 where the server broke a promise: the last line has the input.</returns>
    public static async Task<int> RunAsync(string[] options, TextWriter output)
    {
        var inputs = FuzzOptions.Number(options, "--inputs", 1_000_000);
        var minutes = FuzzOptions.Number(options, "--minutes", 24 * 60);
        var seed = (int)FuzzOptions.Number(options, "--seed", Environment.TickCount & int.MaxValue);
        await using var server = await FuzzedServer.StartAsync();
        var fuzzers = Enumerable.Range(0, Environment.ProcessorCount).Select(i => new XmppSessionFuzzer(server, seed + i)).ToList();
        var (left, watch) = (inputs, Stopwatch.StartNew());
        try
        {
            await Task.WhenAll(fuzzers.Select(f => Task.Run(() => WorkAsync(f))));
            await server.AskWitnessAsync();
        }
        catch (InvalidOperationException bug)
        {
            await output.WriteLineAsync($"seed {seed}: {bug.Message}");
            return 1;
        }

        var done = fuzzers.Sum(f => f.Outcomes.Values.Sum());
        await output.WriteLineAsync($"seed {seed}: {done:N0} sessions, {done / watch.Elapsed.TotalSeconds:N0} a second");
        foreach (var outcome in fuzzers.SelectMany(f => f.Outcomes).GroupBy(o => o.Key, o => o.Value).OrderBy(o => o.Key, StringComparer.Ordinal))
            await output.WriteLineAsync($"  {outcome.Sum(),12:N0}  {outcome.Key}");
        using var process = Process.GetCurrentProcess();
        await output.WriteLineAsync(
            $"most allocated by one session {fuzzers.Max(f => f.MostAllocated):N0} bytes, peak resident memory {process.PeakWorkingSet64 >> 20} MiB, " +
            $"left behind {server.Connections} connection (the witness)");
        return 0;

        async Task WorkAsync(XmppSessionFuzzer fuzzer)
        {
            while (Interlocked.Add(ref left, -Step) is var rest && rest > -Step && watch.Elapsed.TotalMinutes < minutes)
                await fuzzer.RunAsync(Math.Min(Step, Step + rest));
        }
    }
}
