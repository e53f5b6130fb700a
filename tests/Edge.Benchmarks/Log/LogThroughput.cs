using System.Diagnostics;
using System.Globalization;

namespace Edge.Benchmarks.Log;

/// <summary>Durable messages a second through the message log, and what each costs: processor, bytes, flushes, allocations.</summary>
internal static class LogThroughput
{
    private static readonly TimeSpan Warmup = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(4);

    public static async Task<int> RunAsync(string[] options, TextWriter output)
    {
        var parent = options is ["--folder", var given] ? given : Path.GetTempPath();
        await output.WriteLineAsync("in flight   messages/s   CPU µs   written B   of process B   flushes/s   messages/flush   allocated B   (each per message)");
        foreach (var inFlight in (int[])[1, 50, 1000]) await MeasureAsync(parent, inFlight, output);
        return 0;
    }

    private static async Task MeasureAsync(string parent, int inFlight, TextWriter output)
    {
        var folder = Directory.CreateDirectory(Path.Combine(parent, "edge-log-" + Guid.NewGuid().ToString("n")));
        try
        {
            await using var load = new LogLoad(folder.FullName, inFlight);
            await load.OpenAsync();
            load.Start();
            await Task.Delay(Warmup, TimeProvider.System);
            var before = Reading.Take(load);
            await Task.Delay(Measured, TimeProvider.System);
            var after = Reading.Take(load);
            await output.WriteLineAsync(Line(inFlight, before, after));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Line(int inFlight, Reading before, Reading after)
    {
        double messages = after.Messages - before.Messages;
        var (seconds, flushes) = ((after.At - before.At).TotalSeconds, (double)(after.Flushes - before.Flushes));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{inFlight,9}   {messages / seconds,10:N0}   {(after.Cpu - before.Cpu).TotalMicroseconds / messages,6:N2}   {(after.Written - before.Written) / messages,9:N0}   {(after.ProcessWritten - before.ProcessWritten) / messages,12:N0}   {flushes / seconds,9:N0}   {messages / flushes,14:N1}   {(after.Allocated - before.Allocated) / messages,11:N1}");
    }

    private sealed record Reading(TimeSpan At, long Messages, long Written, long Flushes, TimeSpan Cpu, long ProcessWritten, long Allocated)
    {
        public static Reading Take(LogLoad load)
        {
            using var self = Process.GetCurrentProcess();
            return new(
                Stopwatch.GetElapsedTime(0), load.Durable, load.Figures.BytesWritten, load.Figures.Flushes, self.TotalProcessorTime, WriteBytes(),
                GC.GetTotalAllocatedBytes(precise: false));
        }

        // What the kernel counts as sent to the disk for this process, in whole pages; without the file system's own notes.
        private static long WriteBytes() => !File.Exists("/proc/self/io") ? 0 : long.Parse(
            File.ReadLines("/proc/self/io").First(line => line.StartsWith("write_bytes:", StringComparison.Ordinal)).AsSpan(12), CultureInfo.InvariantCulture);
    }
}
