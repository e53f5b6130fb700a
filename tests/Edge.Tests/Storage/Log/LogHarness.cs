using Edge.Storage.Log;
using Edge.TestKit;

namespace Edge.Tests.Storage.Log;

/// <summary>Opens logs of keys on a simulated disk.</summary>
internal static class LogHarness
{
    public static LogOptions Small => new() { SegmentMegabytes = 1, MaxMegabytes = 16, CompactAboveMegabytes = 2 };

    public static AppendLog Open(SimulatedDisk disk, KeyOwner owner, LogOptions? options = null, TimeProvider? clock = null) =>
        AppendLog.Open(disk, null, owner, options ?? Small, clock ?? new ManualClock());

    /// <summary>The keys that opening finds, and what it tells.</summary>
    public static async Task<KeyOwner> ReadAsync(SimulatedDisk disk)
    {
        var owner = new KeyOwner();
        await using (Open(disk, owner))
        {
        }

        return owner;
    }
}
