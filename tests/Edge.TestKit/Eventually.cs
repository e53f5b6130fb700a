using System.Diagnostics;
using System.Runtime.CompilerServices;

using Xunit;

namespace Edge.TestKit;

/// <summary>Waits on a condition that another process or thread brings about; never on a fixed time.</summary>
public static class Eventually
{
    /// <summary>Polls until <paramref name="condition"/> holds; fails the test when it does not within <paramref name="seconds"/>.</summary>
    public static async Task HoldsAsync(
        Func<bool> condition, int seconds = 20, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (watch.Elapsed.TotalSeconds > seconds) Assert.Fail($"Not within {seconds} s: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }
}
