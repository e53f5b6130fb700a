using System.Diagnostics;

namespace Edge.Gateway.Demo;

/// <summary>Waits until something can be seen.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <summary>Looks again and again until <paramref name="look"/> sees something; what it did not see is the failure's text.</summary>
    public static async Task<T> UntilAsync<T>(Func<ValueTask<T?>> look, string what, int seconds, CancellationToken cancel) where T : class
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            if (await look() is { } seen) return seen;
            if (watch.Elapsed.TotalSeconds > seconds) throw new StepFailedException($"not within {seconds} s: {what}");
            await Task.Delay(Pause, TimeProvider.System, cancel);
        }
    }

    /// <summary>Waits until a condition holds.</summary>
    public static Task UntilAsync(Func<bool> holds, string what, int seconds, CancellationToken cancel) =>
        UntilAsync(() => ValueTask.FromResult(holds() ? "" : null), what, seconds, cancel);
}
